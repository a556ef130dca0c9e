/**
 * What is under {@code deploy}, held to be right by the tools that read it: the chart, the alerts,
 * the dashboard. Skipped with a word where a tool is missing.
 */
@NullMarked
package io.completionworker.deploy;

import org.jspecify.annotations.NullMarked;

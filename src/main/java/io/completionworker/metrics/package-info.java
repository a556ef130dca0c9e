/**
 * Every meter of the worker, in one table, and what records them. Knows Micrometer, and nothing of
 * what is measured but names. Safe on every thread; nothing waits.
 */
@NullMarked
package io.completionworker.metrics;

import org.jspecify.annotations.NullMarked;

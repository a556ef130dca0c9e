/**
 * Defines all meters of the worker in one table, and records them. The package depends on
 * Micrometer. Of what is measured, it knows only names. Safe on every thread. No method blocks.
 */
@NullMarked
package io.completionworker.metrics;

import org.jspecify.annotations.NullMarked;

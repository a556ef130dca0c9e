/**
 * Every meter of the worker, named in one place. Knows Micrometer, and nothing of what is measured.
 */
@NullMarked
package io.completionworker.metrics;

import org.jspecify.annotations.NullMarked;

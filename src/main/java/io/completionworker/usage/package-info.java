/**
 * Sums usage rows by time window and group, exactly once. This is a step of the topology with its
 * own store.
 */
@NullMarked
package io.completionworker.usage;

import org.jspecify.annotations.NullMarked;

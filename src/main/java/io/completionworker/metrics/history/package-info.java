/**
 * The last quarter of an hour of the meters, as people look at it: rates, percentiles and sums by
 * reason, read off the registry every two seconds.
 *
 * <p>Knows names of meters, and nothing of what is measured or who looks. Costs a record nothing:
 * all of it is on a thread of its own.
 */
@NullMarked
package io.completionworker.metrics.history;

import org.jspecify.annotations.NullMarked;

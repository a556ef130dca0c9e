/**
 * The last 15 minutes of the meters, as they are shown to users: rates, percentiles and sums by
 * reason, read from the registry every two seconds.
 *
 * <p>The package knows the names of meters, but not what is measured or who reads the samples. It
 * adds no work to the processing of records, because everything runs on its own thread.
 */
@NullMarked
package io.completionworker.metrics.history;

import org.jspecify.annotations.NullMarked;

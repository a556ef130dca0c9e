/**
 * What came of the requests, counted and shown.
 *
 * <p>For one thread. Knows nothing of how outcomes are read.
 */
@NullMarked
package io.completionworker.demo.tally;

import org.jspecify.annotations.NullMarked;

/**
 * A completions endpoint that behaves as it is told: slow, failing, limiting, hanging or scripted.
 *
 * <p>One event loop does all the work and owns all state that is not a counter. Speaks HTTP as the
 * gateway's recorded answers do; knows nothing of the worker.
 */
@NullMarked
package io.completionworker.demo.endpoint;

import org.jspecify.annotations.NullMarked;

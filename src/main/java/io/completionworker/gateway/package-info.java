/**
 * Makes one attempt of a call: sends it to the endpoint over HTTP and classifies what came back.
 *
 * <p>All work runs on event loops of its own, and the calling thread only hands over the call. An
 * attempt does not throw at its caller, does not block, and does not wait without a limit. This
 * package does not depend on Kafka, retries, rate limits or outcomes.
 */
@NullMarked
package io.completionworker.gateway;

import org.jspecify.annotations.NullMarked;

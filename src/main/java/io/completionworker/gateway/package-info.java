/**
 * One attempt of a call: over HTTP to the endpoint and back, with a verdict on what came.
 *
 * <p>Everything runs on event loops of its own; the calling thread only hands over. Nothing here
 * throws at its caller, blocks or waits without a bound. Knows nothing of Kafka, retries, limits or
 * outcomes.
 */
@NullMarked
package io.completionworker.gateway;

import org.jspecify.annotations.NullMarked;

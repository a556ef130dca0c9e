/**
 * Other ways to do what the worker does, each a program: what one would write with Kafka Streams
 * alone, with a consumer and an event loop, and with Confluent's Parallel Consumer.
 *
 * <p>All do the same work on the same bytes ({@link io.completionworker.bench.contender.ChatWork}),
 * to the same topics. None of them retries, limits or validates, and all but the first may write an
 * output twice.
 */
@NullMarked
package io.completionworker.bench.contender;

import org.jspecify.annotations.NullMarked;

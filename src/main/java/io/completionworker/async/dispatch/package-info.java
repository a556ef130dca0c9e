/**
 * The dispatcher's side of requests in flight: order, waits, slots and attempts, until the outcome
 * is in the outbox of its task.
 *
 * <p>The dispatcher's loop is a single thread. It owns every flight and everything that decides
 * when a call starts. The codec thread decodes and encodes, since only that thread may wait for the
 * registry. All waits are timers, so nothing in this package blocks the loop.
 *
 * <p>This package does not depend on Kafka Streams, on HTTP or on the content of completions.
 */
@NullMarked
package io.completionworker.async.dispatch;

import org.jspecify.annotations.NullMarked;

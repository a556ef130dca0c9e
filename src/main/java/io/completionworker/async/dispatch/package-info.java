/**
 * The dispatcher's side of requests in flight: order, waiting, slots, attempts, until the outcome
 * is in its task's completion queue.
 *
 * <p>The dispatcher's loop is one thread and owns every flight and all that decides when a call
 * starts. The codec thread decodes and encodes, since only it may wait for the registry. All waits
 * are scheduled; nothing here blocks the loop.
 *
 * <p>Knows nothing of Kafka Streams, of HTTP or of what a completion says.
 */
@NullMarked
package io.completionworker.async.dispatch;

import org.jspecify.annotations.NullMarked;

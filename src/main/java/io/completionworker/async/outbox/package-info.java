// SPDX-License-Identifier: Apache-2.0
/**
 * The hand-over between a stream thread and the dispatcher: what is between one task and its
 * requests in flight.
 *
 * <p>The dispatcher puts emissions into the {@link io.completionworker.async.outbox.TaskOutbox} of
 * their task; the stream thread takes them out, forwards them, and says in its {@link
 * io.completionworker.async.outbox.OpenTransaction} which of them are committed. A stream thread
 * that waits for room is woken by its {@link io.completionworker.async.outbox.StreamThreadGate}.
 * The {@link io.completionworker.async.outbox.CallHistory} of a task says what the next owner of
 * its requests must know. Knows neither flights nor Kafka Streams.
 */
@NullMarked
package io.completionworker.async.outbox;

import org.jspecify.annotations.NullMarked;

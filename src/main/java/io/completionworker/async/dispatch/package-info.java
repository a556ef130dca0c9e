// SPDX-License-Identifier: Apache-2.0
/**
 * The dispatcher: takes every accepted request to its one outcome. It has the table of flights,
 * moves each of them from state to state, and binds the modules beside it: the codec stage, the
 * scheduler, chunk streams and outboxes.
 *
 * <p>{@link io.completionworker.async.dispatch.Dispatcher} is what the stream threads see. A flight
 * arrives and is read ({@code Arrivals}), is called ({@code Attempts}), is called again or not
 * ({@code Retries}), and is delivered to the outbox of its task ({@code Delivery}); deadlines,
 * controls, budgets, shared answers and service tiers act on flights that wait. All of it runs on
 * one thread, {@link io.completionworker.async.loop.Loop}, on which nothing blocks: waits are
 * timers.
 *
 * <p>This package does not depend on Kafka Streams, on HTTP or on the content of completions.
 */
@NullMarked
package io.completionworker.async.dispatch;

import org.jspecify.annotations.NullMarked;

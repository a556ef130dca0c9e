// SPDX-License-Identifier: Apache-2.0
/**
 * The dispatcher: takes every accepted request to its one outcome. It moves each flight from state
 * to state, and binds the modules beside it: the table of flights, the codec stage, the scheduler,
 * chunk streams and outboxes, and what acts on flights that wait: service tiers, budgets, shared
 * answers.
 *
 * <p>{@link io.completionworker.async.dispatch.Dispatcher} is what the stream threads see. A flight
 * arrives and is read ({@code Arrivals}), is called ({@code Attempts}), is called again or not
 * ({@code Retries}), and is delivered to the outbox of its task ({@code Delivery}); {@code
 * Steering} applies controls to those that wait. These know each other one way only: {@code
 * Retries} knows {@code Delivery}, {@code Steering} knows {@code Arrivals}, {@code Arrivals} knows
 * {@code Delivery}, and all of them know {@code Attempts}. What goes back, such as an attempt that
 * has ended, goes through a receiver that the dispatcher gives to their constructors.
 *
 * <p>All of it runs on one thread, {@link io.completionworker.async.loop.Loop}, on which nothing
 * blocks: waits are timers. This package does not depend on Kafka Streams, on HTTP or on the
 * content of completions.
 */
@NullMarked
package io.completionworker.async.dispatch;

import org.jspecify.annotations.NullMarked;

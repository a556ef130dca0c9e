// SPDX-License-Identifier: Apache-2.0
/**
 * The table of flights: every accepted request of this instance until its outcome is committed.
 *
 * <p>{@link io.completionworker.async.flight.Flights} begins flights, has them adopted by the tasks
 * that get their partitions back, keeps the usage rows that outlive them, and knows the order of
 * keys and the ids of requests. The state of a {@link io.completionworker.async.flight.Flight} is
 * set in one place, by the table in {@link io.completionworker.async.flight.FlightState}. Belongs
 * to the dispatcher's loop. Does not decide what becomes of a flight.
 */
@NullMarked
package io.completionworker.async.flight;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The state of a flight, and the states that may follow it. */
public enum FlightState {
  READING("with the codec, or read and waiting for its turn among the requests of its key"),
  PARKED("waiting until its lane has room for one more; read again then"),
  PAUSED("selected by a control; waits without a place in its lane, and may be read again then"),
  WAITING("in its lane, waiting for admission and a slot"),
  RUNNING("an attempt is open; the only state that holds a slot"),
  ACCOUNTING("its attempt was or may have been billed, and the codec encodes the usage row"),
  BACKOFF("a timer runs until the next attempt"),
  WRITING("it has an outcome, which the codec encodes"),
  DONE(
      "its outcome is in the outbox, or forwarded and not committed yet, or waits for a"
          + " task to adopt it"),
  GONE("committed, or its task was closed, or another flight has its place");

  /** The states of a flight that waits for an attempt. */
  static final Set<FlightState> IDLE =
      Collections.unmodifiableSet(EnumSet.of(PARKED, PAUSED, WAITING, BACKOFF));

  private final String meaning;

  FlightState(String meaning) {
    this.meaning = meaning;
  }

  /** Returns the meaning in words. */
  String meaning() {
    return meaning;
  }

  /** Returns the states that may follow this one. Every flight ends as {@link #GONE}. */
  Set<FlightState> next() {
    return switch (this) {
      case READING -> EnumSet.of(PARKED, PAUSED, WAITING, WRITING, GONE);
      case PARKED -> EnumSet.of(READING, WRITING, GONE);
      case PAUSED -> EnumSet.of(READING, PARKED, WRITING, GONE);
      case WAITING -> EnumSet.of(PAUSED, RUNNING, WRITING, GONE);
      case RUNNING -> EnumSet.of(WAITING, ACCOUNTING, BACKOFF, WRITING, GONE);
      case ACCOUNTING -> EnumSet.of(BACKOFF, WRITING, GONE);
      case BACKOFF -> EnumSet.of(WAITING, WRITING, GONE);
      case WRITING -> EnumSet.of(DONE, GONE);
      case DONE -> EnumSet.of(GONE);
      case GONE -> EnumSet.noneOf(FlightState.class);
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

/**
 * Lets the calls in flight grow again after a wait, instead of starting all at once what has piled
 * up: every call that ends makes room for two, so that their number doubles with each round trip.
 */
final class Ramp {

  private final int goal;
  private int room;

  /**
   * A ramp that begins now.
   *
   * @param start calls in flight to begin with; at least one, so that there is always an end to
   *     wait for
   * @param goal calls in flight from which on it is over
   */
  Ramp(int start, int goal) {
    this.room = Math.max(1, start);
    this.goal = goal;
  }

  int goal() {
    return goal;
  }

  boolean full(int inFlight) {
    return inFlight >= room;
  }

  void grow() {
    room++;
  }

  boolean over() {
    return room >= goal;
  }
}

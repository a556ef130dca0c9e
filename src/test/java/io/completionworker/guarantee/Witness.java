// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.util.List;
import java.util.function.Consumer;

/** Tells all guarantees, one event at a time. Safe on every thread. */
final class Witness {

  private final List<Guarantee> guarantees;

  Witness(List<Guarantee> guarantees) {
    this.guarantees = List.copyOf(guarantees);
  }

  synchronized void tell(Consumer<Guarantee> event) {
    guarantees.forEach(event);
  }

  synchronized boolean complete() {
    return guarantees.stream().allMatch(Guarantee::complete);
  }

  synchronized void check() {
    guarantees.forEach(Guarantee::check);
  }
}

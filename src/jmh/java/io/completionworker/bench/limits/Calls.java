// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.demo.endpoint.limit.WindowCount;
import java.util.List;

/** Calls that were admitted and that a limit refused. */
record Calls(long admitted, long limited) {

  static final Calls NONE = new Calls(0, 0);

  static Calls of(List<WindowCount> windows) {
    return new Calls(
        windows.stream().mapToLong(WindowCount::admitted).sum(),
        windows.stream().mapToLong(WindowCount::limited).sum());
  }

  Calls since(Calls earlier) {
    return new Calls(admitted - earlier.admitted, limited - earlier.limited);
  }

  /** Refused of all, in percent. */
  double percentLimited() {
    return admitted + limited == 0 ? 0 : 100.0 * limited / (admitted + limited);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.List;
import java.util.stream.Stream;

/** Every meter of the worker, in the order of the reference page. */
public final class MeterTable {

  private MeterTable() {}

  /** All of them. */
  public static List<MeterSpec> all() {
    return Stream.of(RequestMeters.ALL, CallMeters.ALL, HealthMeters.ALL)
        .flatMap(List::stream)
        .toList();
  }
}

package io.completionworker.metrics;

import java.util.List;
import java.util.stream.Stream;

/** Every meter of the worker, in the order of the reference page. */
public final class MeterTable {

  private MeterTable() {}

  /** All of them, as they are where GenAI meters have these attributes. */
  public static List<MeterSpec> all(GenAiNames names) {
    return Stream.of(RequestMeters.ALL, CallMeters.ALL, HealthMeters.ALL)
        .flatMap(List::stream)
        .map(names::named)
        .toList();
  }
}

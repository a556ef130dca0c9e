package io.completionworker.bench.compare;

import io.completionworker.bench.process.Latencies;

/** How long the endpoint takes. */
enum Regime {
  NONE("none", new Latencies(0, 0)),
  HALF_SECOND("500ms", new Latencies(500, 0.5)),
  TEN_SECONDS("10s", new Latencies(10_000, 0.5));

  private final String label;
  private final Latencies latencies;

  Regime(String label, Latencies latencies) {
    this.label = label;
    this.latencies = latencies;
  }

  static Regime of(String label) {
    for (Regime regime : values()) {
      if (regime.label.equals(label)) {
        return regime;
      }
    }
    throw new IllegalArgumentException("bench.regimes: allowed are none, 500ms and 10s");
  }

  String label() {
    return label;
  }

  Latencies latencies() {
    return latencies;
  }
}

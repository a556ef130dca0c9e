// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.compare;

import io.completionworker.bench.process.Latencies;

/** How long the endpoint takes. */
enum Regime {
  NONE("none", 0),
  HALF_SECOND("500ms", 500),
  TEN_SECONDS("10s", 10_000);

  private static final double SIGMA = 0.5;

  private final String label;
  private final long meanMillis;

  Regime(String label, long meanMillis) {
    this.label = label;
    this.meanMillis = meanMillis;
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
    return new Latencies(meanMillis, SIGMA);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.fixtures.UsageRows;
import java.time.Instant;

/** Usage rows. */
final class Rows {

  private Rows() {}

  /** A row of an answered attempt: 10 tokens of the prompt, 5 of the completion, 120 ms. */
  static CompletionUsage.Builder row(String model) {
    return UsageRows.row()
        .setModel(model)
        .setPromptTokens(10)
        .setCompletionTokens(5)
        .setTotalTokens(15)
        .setCompletedAt(Instant.ofEpochMilli(120))
        .setLatencyMs(120);
  }
}

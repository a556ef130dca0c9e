// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.UsageRow;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.UsageRows;
import java.time.Instant;
import java.util.List;

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

  /** An outcome with these rows. */
  static Emission emission(long timestamp, List<CompletionUsage> rows) {
    return new Emission(
        new RecordPosition("completion-requests", 0, 1),
        null,
        List.of(),
        timestamp,
        new Emission.Role.End(),
        List.of(),
        rows.stream().map(row -> new UsageRow(row, null)).toList(),
        List.of(),
        List.of(),
        List.of());
  }
}

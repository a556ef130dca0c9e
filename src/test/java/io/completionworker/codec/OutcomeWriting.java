// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import static java.util.Objects.requireNonNull;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.config.TopicsConfig;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;

/** Writes outcomes with plain Avro and reads the records back. */
final class OutcomeWriting {

  static final long NOW = 1_700_000_009_000L;
  static final int AMPLE = 1_000_000;

  private static final TopicsConfig TOPICS =
      new TopicsConfig(
          "completion-requests",
          "completion-responses",
          "completion-usage",
          "completion-failures",
          "completion-chunks",
          "completion-usage-windows",
          "completion-dead-letters",
          "completion-controls",
          "completion-spend");

  private OutcomeWriting() {}

  static OutcomeEncoder.Serdes serdes() {
    return new OutcomeEncoder.Serdes(
        AvroBytes.serde(CompletionResponse.class),
        AvroBytes.serde(CompletionUsage.class),
        AvroBytes.serde(CompletionFailure.class));
  }

  /** The same, but no failure can be encoded, because of what it says. */
  static OutcomeEncoder.Serdes serdesWithoutFailures() {
    OutcomeEncoder.Serdes working = serdes();
    return new OutcomeEncoder.Serdes(
        working.responses(),
        working.usage(),
        Serdes.serdeFrom(
            (topic, value) -> {
              if (value.getRequestId().isEmpty()) {
                return new byte[] {1};
              }
              throw new ClassCastException("value my prompt is no int");
            },
            working.failures().deserializer()));
  }

  static OutcomeEncoder encoder(OutcomeEncoder.Serdes serdes, int maxRecordBytes, boolean bodies) {
    return encoder(serdes, maxRecordBytes, bodies, Fixtures.noCosts());
  }

  static OutcomeEncoder encoder(
      OutcomeEncoder.Serdes serdes, int maxRecordBytes, boolean bodies, UsageCosts costs) {
    return new OutcomeEncoder(
        serdes,
        TOPICS,
        new OutcomeEncoder.Settings(maxRecordBytes, bodies, "api.example", "configured"),
        costs,
        InstantSource.fixed(Instant.ofEpochMilli(NOW)));
  }

  static Emission write(Outcome outcome) {
    return write(AMPLE, true, outcome);
  }

  static Emission write(int maxRecordBytes, boolean bodies, Outcome outcome) {
    EncodingResult<Emission> writing = encoder(serdes(), maxRecordBytes, bodies).write(outcome);
    return ((EncodingResult.Encoded<Emission>) writing).value();
  }

  static List<CompletionResponse> responses(Emission emission) {
    return decoded(CompletionResponse.class, emission.responses());
  }

  static List<CompletionUsage> usage(Emission emission) {
    return decoded(CompletionUsage.class, emission.usageValues());
  }

  static List<CompletionFailure> failures(Emission emission) {
    return decoded(CompletionFailure.class, emission.failures());
  }

  private static <T extends SpecificRecord> List<T> decoded(
      Class<T> type, List<Emission.OutputValue> values) {
    return values.stream().map(v -> AvroBytes.decode(type, requireNonNull(v.bytes()))).toList();
  }
}

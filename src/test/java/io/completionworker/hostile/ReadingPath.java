// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.codec.CallReader;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.headers.KnownHeader;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** The worker's own way from bytes to a call: real serdes over a registry in memory. */
final class ReadingPath {

  static final String TOPIC = "completion-requests";

  private static final RecordPosition POSITION = new RecordPosition(TOPIC, 3, 42);
  private static final long TIMESTAMP = 1_700_000_000_000L;

  private final Serde<CompletionRequest> requests =
      new AvroSerdes(Map.of("schema.registry.url", "mock://hostile"), AvroSerde.class.getName())
          .forValues(CompletionRequest.class);
  private final CallReader reader =
      new CallReader(
          requests.deserializer(),
          requests.deserializer(),
          new RequestValidator(Strictness.STRICT),
          TokenEstimator.bySize(1_024),
          new Credentials(null, null, null, null, null),
          new HeaderRules(Map.of(), Set.of("x-team"), false));

  byte[] encode(CompletionRequest request) {
    return requests.serializer().serialize(TOPIC, request);
  }

  Reading read(RecordCase of) {
    return read(of.value().bytes(this::encode), of.headers());
  }

  /** Headers are taken as the worker takes them at accept. */
  Reading read(byte @Nullable [] value, List<RecordHeader> headers) {
    List<RecordHeader> allowed =
        headers.stream()
            .filter(header -> KnownHeader.accepts(header.name()))
            .map(RecordHeader::withoutKeys)
            .toList();
    return reader.read(
        new SourceRecord(POSITION, null, value, allowed, TIMESTAMP, TIMESTAMP, 0), false);
  }
}

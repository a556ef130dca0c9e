// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static io.completionworker.topology.WorkerTopology.TOPICS;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.codec.CallReader;
import io.completionworker.codec.ChunkEncoder;
import io.completionworker.codec.OutcomeEncoder;
import io.completionworker.codec.UsageCosts;
import io.completionworker.completion.SourceRecord;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import io.completionworker.metrics.Meters;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The topology of a worker with the real codec and JSON values. */
final class JsonWorker {

  private static final WorkerSettings SETTINGS =
      WorkerConfig.load(
          Optional.empty(),
          Map.of("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092", "VALUE_FORMAT", "json"));

  private JsonWorker() {}

  /** Starts it with the default rules for headers. */
  static WorkerTopology start() {
    return start(SETTINGS.gateway().headers(), UnaryOperator.identity());
  }

  /**
   * Starts it.
   *
   * @param read what the codec gets for an accepted record
   */
  static WorkerTopology start(HeaderRules rules, UnaryOperator<SourceRecord> read) {
    ValueSerdes serdes = ValueSerdes.of(SETTINGS);
    CallReader reader =
        new CallReader(
            serdes.forValues(CompletionRequest.class).deserializer(),
            serdes.eitherFormat(CompletionRequest.class),
            new RequestValidator(Strictness.STRICT),
            TokenEstimator.bySize(1_024),
            SETTINGS.gateway().credentials(),
            rules);
    return WorkerTopology.with(
        (source, recovered) -> reader.read(read.apply(source), recovered),
        new OutcomeEncoder(
            new OutcomeEncoder.Serdes(
                serdes.forValues(CompletionResponse.class),
                serdes.forValues(CompletionUsage.class),
                serdes.forValues(CompletionFailure.class)),
            TOPICS,
            new OutcomeEncoder.Settings(100_000, true, "endpoint", null),
            new UsageCosts(null, new Meters(new SimpleMeterRegistry())),
            InstantSource.system()),
        new ChunkEncoder(
            serdes.forValues(CompletionChunk.class),
            TOPICS.chunks(),
            100_000,
            InstantSource.system()));
  }
}

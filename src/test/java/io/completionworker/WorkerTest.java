// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WorkerTest {

  @TempDir Path state;

  /** The shutdown hook halts the process when its close returns. */
  @Test
  void shouldBeClosedWhenAnyCloseReturns() {
    Worker worker = worker(Map.of());

    CompletableFuture<String> one = CompletableFuture.supplyAsync(() -> stateAfterClose(worker));
    CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> stateAfterClose(worker));

    assertThat(one.join()).isEqualTo("NOT_RUNNING");
    assertThat(other.join()).isEqualTo("NOT_RUNNING");
  }

  @Test
  void shouldSayOfEachClassWhyItIsNotReadyAndCloseAllOfThem() {
    Worker worker = worker(Map.of("CLASSES", "urgent,standard,bulk"));

    assertThat(worker.notReadyReasons())
        .anyMatch(reason -> reason.startsWith("class urgent: Kafka Streams is "))
        .anyMatch(reason -> reason.startsWith("class standard: Kafka Streams is "))
        .anyMatch(reason -> reason.startsWith("class bulk: Kafka Streams is "));
    assertThat(worker.live()).isTrue();
    assertThat(stateAfterClose(worker)).isEqualTo("NOT_RUNNING");
  }

  private static String stateAfterClose(Worker worker) {
    worker.close();
    return worker.state();
  }

  /** A worker that reaches no broker. */
  private Worker worker(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(more);
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    environment.put("KAFKA_STATE_DIR", state.toString());
    environment.put("SCHEMA_REGISTRY_URL", "mock://worker");
    environment.put("MANAGEMENT_PORT", "0");
    environment.put("GATEWAY_URL", "http://127.0.0.1:1");
    return Worker.start(WorkerConfig.load(Optional.empty(), environment));
  }
}

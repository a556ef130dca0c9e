// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import java.nio.file.Path;
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
    Worker worker = worker();

    CompletableFuture<String> one = CompletableFuture.supplyAsync(() -> stateAfterClose(worker));
    CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> stateAfterClose(worker));

    assertThat(one.join()).isEqualTo("NOT_RUNNING");
    assertThat(other.join()).isEqualTo("NOT_RUNNING");
  }

  private static String stateAfterClose(Worker worker) {
    worker.close();
    return worker.state();
  }

  /** A worker that reaches no broker. */
  private Worker worker() {
    return Worker.start(
        WorkerConfig.load(
            Optional.empty(),
            Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                "KAFKA_STATE_DIR", state.toString(),
                "SCHEMA_REGISTRY_URL", "mock://worker",
                "MANAGEMENT_PORT", "0",
                "GATEWAY_URL", "http://127.0.0.1:1")));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.deploy.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The commands of the tutorial, as they are on the page: with a broker in a container where there
 * is an engine, else with one in this process.
 */
@Tag("long")
@Tag("heavy")
class TutorialIT {

  private static final Path SCRIPT = Path.of("src", "test", "tutorial", "run");
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long MINUTES = 8;

  @TempDir Path directory;

  @Test
  void shouldPrintWhatThePageShows() throws Exception {
    for (String tool : List.of("bash", "kcat", "jq", "curl")) {
      Tool.orSkip(tool, "the tutorial is not run");
    }
    if (Images.canRun(Images.kafka())) {
      try (KafkaContainer kafka = new KafkaContainer(Images.kafka())) {
        kafka.withEnv("KAFKA_HEAP_OPTS", "-Xmx400m").withStartupTimeout(PATIENCE).start();
        run(kafka.getBootstrapServers());
      }
    } else {
      try (EmbeddedBroker broker = EmbeddedBroker.start()) {
        run(broker.bootstrapServers());
      }
    }
  }

  private void run(String broker) throws Exception {
    Path printed = directory.resolve("printed");
    ProcessBuilder script =
        new ProcessBuilder("bash", SCRIPT.toString(), broker)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile());
    script.environment().put("PROVIDER_PORT", freePort());
    script.environment().put("MANAGEMENT_PORT", freePort());
    Process process = script.start();
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroy();
    }
    assertThat(process.exitValue()).as("%s", Files.readString(printed)).isZero();
  }

  private static String freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Integer.toString(socket.getLocalPort());
    }
  }
}

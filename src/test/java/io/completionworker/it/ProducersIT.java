// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The programs of the page on producers, run as they stand there. */
@Tag("long")
class ProducersIT {

  private static final Logger log = LoggerFactory.getLogger(ProducersIT.class);

  private static final Page PAGE = Page.of("src/docs/producers.md");
  private static final Duration LONG = Duration.ofMinutes(2);

  /** A client, by the heading of its section. */
  enum Client {
    KCAT("kcat", "sh", "kcat-1") {
      @Override
      List<String> command(Path program) {
        return List.of("sh", program.toString());
      }

      @Override
      boolean isThere() {
        return succeeds("kcat", "-V");
      }
    },
    PYTHON("Python", "py", "python-1") {
      @Override
      List<String> command(Path program) {
        return List.of(python(), "-u", program.toString());
      }

      @Override
      boolean isThere() {
        return !python().isEmpty();
      }

      /** The first on the path that has the library; Debian has it for its own alone. */
      private static String python() {
        return List.of("python3", "/usr/bin/python3").stream()
            .filter(name -> succeeds(name, "-c", "import confluent_kafka"))
            .findFirst()
            .orElse("");
      }
    },
    JAVASCRIPT("JavaScript", "js", "javascript-1") {
      @Override
      List<String> command(Path program) {
        return List.of("node", program.toString());
      }

      @Override
      boolean isThere() {
        return succeeds("node", "-e", "require('kafkajs')");
      }
    },
    JAVA("Java", "java", "java-1"),
    JAVA_WITH_AVRO("Java with Avro", "java", "java-avro-1");

    private final String heading;
    private final String suffix;
    private final String requestId;

    Client(String heading, String suffix, String requestId) {
      this.heading = heading;
      this.suffix = suffix;
      this.requestId = requestId;
    }

    List<String> command(Path program) {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-cp",
          System.getProperty("java.class.path"),
          program.toString());
    }

    boolean isThere() {
      return true;
    }

    private static boolean succeeds(String... command) {
      try {
        Process process = process(List.of(command)).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Client.class)
  void shouldAskAndReadTheAnswerAsThePageSays(Client client) throws Exception {
    boolean there = client.isThere();
    if (!there) {
      log.warn("no client for {}: its programs on {} are not run", client.heading, PAGE.path());
    }
    Assumptions.assumeTrue(there, () -> "no client for " + client.heading);
    Map<String, String> format =
        Map.of("value.format", client == Client.JAVA_WITH_AVRO ? "avro" : "json");
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        var worker = stand.start(format)) {
      Running sender = run(stand, client, 0);
      await().atMost(LONG).until(() -> !sender.process().isAlive());
      assertThat(sender.process().exitValue()).as("%s", sender.lines()).isZero();

      Running reader = run(stand, client, 1);
      try {
        await()
            .atMost(LONG)
            .alias(reader.lines().toString())
            .until(() -> reader.lines().stream().anyMatch(line -> line.contains(client.requestId)));
      } finally {
        reader.process().destroy();
        assertThat(reader.process().waitFor(2, TimeUnit.MINUTES)).isTrue();
      }
      assertThat(worker.live()).isTrue();
    }
  }

  @Test
  void shouldWaitForOneAnswerAsThePageSays() throws Exception {
    String program = Page.blocks(PAGE.section("Read answers"), "java").get(0);
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        var worker = stand.start(Map.of("value.format", "json"))) {
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());

      Running waiting = run(stand, Client.JAVA, "wait", program);
      await().atMost(LONG).until(() -> !waiting.process().isAlive());

      assertThat(waiting.lines()).last().asString().startsWith("completion-responses {");
    }
  }

  @Test
  void shouldHaveTwoProgramsForEachClient() throws IOException {
    for (Client client : Client.values()) {
      assertThat(programs(client)).as(client.heading).hasSize(2);
    }
  }

  private record Running(Process process, ConcurrentLinkedQueue<String> lines) {}

  private static Running run(Stand stand, Client client, int which) throws IOException {
    return run(stand, client, "program" + which, programs(client).get(which));
  }

  private static Running run(Stand stand, Client client, String name, String text)
      throws IOException {
    String program =
        text.replace("localhost:9092", stand.broker.bootstrapServers().replaceFirst(",.*", ""))
            .replace("http://localhost:8081", stand.registry.url());
    Path file = stand.directory.resolve(name + "." + client.suffix);
    Files.writeString(file, program);
    Process process = process(client.command(file)).redirectErrorStream(true).start();
    ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
    Thread printed =
        new Thread(
            () -> {
              try (BufferedReader out =
                  new BufferedReader(
                      new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                out.lines().forEach(lines::add);
              } catch (IOException | java.io.UncheckedIOException e) {
                lines.add(e.toString()); // it was ended
              }
            },
            "output of a program");
    printed.setDaemon(true);
    printed.start();
    return new Running(process, lines);
  }

  /** Libraries of JavaScript that were installed for all programs are found as well. */
  private static ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .merge(
            "NODE_PATH",
            "/usr/lib/node_modules:/usr/local/lib/node_modules",
            (a, b) -> a + ":" + b);
    return builder;
  }

  private static List<String> programs(Client client) {
    return Page.blocks(PAGE.section(client.heading), "\\w+");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest extends InProcessCli {

  @Test
  void shouldRunWithTheSettingsOfTheFile() throws IOException {
    Path file =
        Files.writeString(directory.resolve("worker.properties"), "topics.requests=prompts\n");

    assertThat(execute("run", "--config", file.toString())).isZero();

    assertThat(runs)
        .singleElement()
        .satisfies(settings -> assertThat(settings.topics().requests()).isEqualTo("prompts"));
  }

  @Test
  void shouldTakeWhereToBeginFromTheOptionBeforeTheEnvironment() {
    environment.put("START_FROM", "latest");

    assertThat(execute("run")).isZero();
    assertThat(execute("run", "--from", "earliest")).isZero();
    assertThat(execute("run", "--from", "2026-01-31T08:00:00+01:00")).isZero();
    assertThat(execute("run", "--from", "2h")).isZero();

    assertThat(runs)
        .map(settings -> settings.start().from())
        .startsWith("latest", "earliest", "2026-01-31T07:00:00Z");
    assertThat(runs.get(3).start().time().orElseThrow())
        .isBetween(Instant.now().minusSeconds(7260), Instant.now().minusSeconds(7140));
  }

  @Test
  void shouldRefuseToBeginAtNoTime() {
    assertThat(execute("run", "--from", "noon")).isEqualTo(2);

    assertThat(err.toString()).contains("--from: 'noon' is no time").contains("latest");
    assertThat(runs).isEmpty();
  }

  @Test
  void shouldReturnWhatTheRunnerReturns() {
    assertThat(execute(settings -> 1, "run")).isEqualTo(1);
  }

  @Test
  void shouldSayWhyTheRunFailedInTheLastLine() {
    Cli.Runner failing =
        settings -> {
          throw new IllegalStateException("Cannot start\n  the worker", new IOException("port"));
        };

    assertThat(execute(failing, "run")).isEqualTo(1);

    assertThat(err.toString().lines()).containsExactly("Cannot start the worker: port");
  }

  @Test
  void shouldPrintTheStackTraceOnlyWhenAsked() {
    Cli.Runner failing =
        settings -> {
          throw new IllegalStateException();
        };

    assertThat(execute(failing, "run", "--debug")).isEqualTo(1);

    assertThat(err.toString()).contains("\tat ").endsWith("IllegalStateException\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "topics",
        "check",
        "config",
        "collect --batch b --out f",
        "ask --model m why",
        "redrive",
        "tail",
        "control pause --everything",
        "batch cancel b"
      })
  void shouldListAllFaultsAndStartNothing(String command) {
    environment.put("ASYNC_MAX_IN_FLIGHT", "0");
    environment.put("HOLD_ACTION", "stop");

    assertThat(execute(command.split(" "))).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly(
            "async.max.in.flight: '0' is not allowed; allowed: a whole number from 1 to 100000",
            "hold.action: 'stop' is not allowed; allowed: wait or fail");
    assertThat(runs).isEmpty();
  }

  /** The brokers may be down for a while, which says nothing about the file. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "check"})
  void shouldNameAFaultyPriceFileBeforeBrokersAreAsked(String command) {
    environment.put("USAGE_PRICES_FILE", "no-such-prices.json");

    assertThat(execute(command)).isEqualTo(2);

    assertThat(err.toString().lines())
        .containsExactly("usage.prices.file: no-such-prices.json does not exist");
    assertThat(runs).isEmpty();
  }

  @Test
  void shouldSayInOneLineThatNoBrokerAnswers() throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + unused);

    assertThat(execute("topics", "--timeout", "1")).isEqualTo(1);

    assertThat(err.toString().lines())
        .containsExactly(
            "No answer from the brokers at 127.0.0.1:"
                + unused
                + " within 1 s; see kafka.bootstrap.servers and kafka.security.protocol");
  }

  @Test
  void shouldPrintTheSettingsInEffectWithoutSecrets() {
    environment.put("GATEWAY_API_KEY", "pk-canary");

    assertThat(execute("config")).isZero();

    assertThat(out.toString().lines())
        .contains(
            "kafka.bootstrap.servers=localhost:9092",
            "topics.requests=completion-requests",
            "async.max.in.flight=200")
        .anyMatch(line -> line.startsWith("gateway.api.key="));
    assertThat(out.toString()).doesNotContain("canary");
  }

  @Test
  void shouldPrintTheReferenceWithoutAnySettings() {
    environment.clear();

    assertThat(execute("config", "--reference")).isZero();

    assertThat(out.toString()).startsWith("# Configuration").contains("`async.max.in.flight`");
  }

  @Test
  void shouldCheckAllElseWhenNoBrokerAnswers() throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      unused = socket.getLocalPort();
    }
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + unused);

    assertThat(execute("check", "--timeout", "1")).isEqualTo(1);

    assertThat(out.toString().lines())
        .map(line -> line.replaceFirst(":.*", ""))
        .containsExactly(
            "FAIL broker",
            "warn topics",
            "warn group",
            "warn registry",
            "ok   endpoint",
            "warn clock");
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("1 check failed: broker: No answer from the brokers at 127.0.0.1:" + unused);
  }

  @Test
  void shouldListTheFaultsOfAllFilesAndPublishNothing() throws IOException {
    Path good = Files.writeString(directory.resolve("good.jsonl"), batchLine("a"));
    Path bad =
        Files.writeString(
            directory.resolve("bad.jsonl"),
            batchLine("a") + "{\n" + batchLine("a") + "{\n{\nnull\n");

    assertThat(
            execute(
                "submit",
                "--dry-run",
                "--max-errors",
                "2",
                good.toString(),
                bad.toString(),
                directory.resolve("none.jsonl").toString()))
        .isEqualTo(2);

    String lines = "batch lines (custom_id, method, url, body)";
    assertThat(err.toString().lines().filter(line -> !line.startsWith("check: ")))
        .containsExactly(
            good + ": " + lines,
            bad + ": " + lines,
            bad
                + ": line 2: column 2 is not valid JSON: it ends too early;"
                + " the same in 2 more lines: 4, 5",
            bad + ": line 6: the line is not a JSON object",
            bad + ": 1 more lines are wrong; --max-errors lists more",
            directory.resolve("none.jsonl") + ": there is no such file",
            "Nothing was published");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldSkipFaultyLinesWhenAskedToAndSayWhatIsLeftAsJson() throws Exception {
    Path file = Files.writeString(directory.resolve("r.jsonl"), batchLine("a") + "{\n");

    assertThat(
            execute("submit", "--dry-run", "--on-invalid=skip", "--output=json", file.toString()))
        .isZero();

    List<String> lines = out.toString().lines().toList();
    assertThat(lines).as("the file, and the estimate").hasSize(2);
    assertThat(new ObjectMapper().readTree(lines.get(0)).toString())
        .startsWith("{\"batch\":\"")
        .contains("\"format\":\"batch\"", "\"requests\":1,\"faulty_lines\":1}");
  }

  @Test
  void shouldTakeStandardInput() {
    in = new ByteArrayInputStream(batchLine("a").getBytes(StandardCharsets.UTF_8));

    assertThat(execute("submit", "--dry-run", "--batch", "b", "-")).isZero();

    assertThat(out.toString())
        .startsWith(
            "standard input: batch b, 1 request, 0 faulty lines; nothing was published\n\n");
  }

  @Test
  void shouldSayInOneLineThatTheBrokersNameIsUnknown() {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "no-such-host.invalid:9092");

    assertThat(execute("topics", "--timeout", "1")).isEqualTo(1);

    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("no-such-host.invalid:9092", "resolvable");
  }

  private static String batchLine(String id) {
    return "{\"custom_id\":\""
        + id
        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
        + "\"body\":{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}}\n";
  }
}

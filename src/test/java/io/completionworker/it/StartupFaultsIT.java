// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.completionworker.CompletionWorker;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.fixtures.WorkerJvm;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Makes every fault on the page of start-up faults, and holds the worker to what it says there:
 * most in this process, with the command line as the process has it.
 */
class StartupFaultsIT {

  private static final Path PAGE = Path.of("src/docs/startup-faults.md");

  /** What is wrong, the command, the line between backticks of any number, the exit code. */
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| (.+?) \\| `(\\w+)[^`]*` \\| (`+) ?(.+?) ?\\3 \\| (\\d) \\|$");

  private static final String CHECK_SECONDS = "3";
  private static final Duration LONG = Duration.ofMinutes(3);

  /**
   * One that is refused before anything starts, and one for which most has started: they also show
   * that nothing else is the last line on a real stderr, and that the process ends.
   */
  private static final Set<String> AS_PROCESSES =
      Set.of("An environment variable is misspelt", "The management port is taken");

  private static Stand stand;
  private static ServerSocket taken;
  private static Path trustStore;
  private static Path prices;
  private static Path yaml;
  private static Map<String, Map<String, String>> faults;

  @BeforeAll
  static void start() throws Exception {
    stand = new Stand(Behaviour.builder().build(), 1);
    stand.broker.createTopic("small-topic", 1, Map.of("max.message.bytes", "1000"));
    stand.broker.createTopic("grown-usage-windows-changelog", 2, Map.of());
    stand.broker.createTopic("used-topic", 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", stand.broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("used-topic", new byte[] {1})).get();
    }
    taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    trustStore = Stores.empty(stand.directory.resolve("other.p12"), "right");
    prices =
        Files.writeString(
            stand.directory.resolve("prices.json"),
            """
            {"header": {"source": "a test", "as_of": "2026-01-01", "currency": "USD"},
             "prices": [{"model": "gpt-4o", "input": 1}]}
            """);
    yaml = Files.writeString(stand.directory.resolve("worker.yaml"), "gateway:\n  url: http://h\n");
    faults = faults();
  }

  @AfterAll
  static void stop() throws IOException {
    taken.close();
    stand.close();
  }

  /** A fault as the page has it. */
  record Row(String wrong, String command, String line, int exitCode) {

    /** Parts in angle brackets stand for what differs from place to place. */
    Pattern pattern() {
      return Pattern.compile(
          Stream.of(line.split("<[a-z ]+>", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".+")));
    }
  }

  static List<Row> rows() throws IOException {
    Matcher rows = ROW.matcher(Files.readString(PAGE));
    return rows.results().map(StartupFaultsIT::row).toList();
  }

  private static Row row(MatchResult row) {
    return new Row(row.group(1), row.group(2), row.group(4), Integer.parseInt(row.group(5)));
  }

  @Test
  void shouldHaveARowForEveryFault() throws IOException {
    assertThat(faults).containsKeys(AS_PROCESSES.toArray(String[]::new));
    assertThat(rows())
        .map(Row::wrong)
        .hasSizeGreaterThanOrEqualTo(10)
        .containsExactlyInAnyOrderElementsOf(faults.keySet());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void shouldEndWithTheLineAndTheExitCodeOfThePage(Row row) throws Exception {
    assertThat(faults).containsKey(row.wrong());
    Map<String, String> given = new HashMap<>(faults.get(row.wrong()));
    List<String> arguments = new ArrayList<>(List.of(row.command()));
    if (row.command().equals("check")) {
      arguments.addAll(List.of("--timeout", CHECK_SECONDS));
    }
    Map<String, String> environment = environment(given);
    String file = given.remove("--config");
    boolean noRegistry = given.remove("--without-registry") != null;
    Path properties = stand.file(given);
    if (noRegistry) {
      List<String> lines = Files.readAllLines(properties);
      lines.removeIf(line -> line.startsWith("schema.registry.url"));
      Files.write(properties, lines);
    }
    arguments.addAll(List.of("--config", file == null ? properties.toString() : file));

    Ended ended =
        AS_PROCESSES.contains(row.wrong())
            ? executeAsProcess(arguments, environment)
            : execute(arguments, environment);

    assertThat(ended.err()).as("stderr").isNotEmpty();
    assertThat(ended.err().get(ended.err().size() - 1)).matches(row.pattern());
    assertThat(ended.exitCode()).isEqualTo(row.exitCode());
  }

  @Test
  void shouldFindNothingWrongWhereNothingIs() throws Exception {
    Ended ended = execute(List.of("check", "--config", stand.file(Map.of()).toString()), Map.of());

    assertThat(ended.exitCode()).as("%s", ended).isZero();
    assertThat(ended.out())
        .noneMatch(line -> line.startsWith("FAIL"))
        .anyMatch(line -> line.startsWith("ok   broker: cluster "))
        .anyMatch(line -> line.startsWith("ok   topic completion-requests: "))
        .anyMatch(line -> line.startsWith("ok   group: "))
        .anyMatch(line -> line.startsWith("ok   registry: answers"))
        .anyMatch(line -> line.startsWith("ok   endpoint: "));
    assertThat(stand.endpoint.byStatus()).containsOnlyKeys(400);
  }

  /** How to make each, by the first cell of its row. */
  private static Map<String, Map<String, String>> faults() {
    Map<String, Map<String, String>> all = new LinkedHashMap<>();
    putFaultsOfKafka(all);
    putFaultsOfTheRegistry(all);
    putFaultsOfTheFile(all);
    putFaultsOfTheEndpoint(all);
    all.put("The price file is not there", Map.of("usage.prices.file", "no-such-prices.json"));
    all.put("A price is missing", Map.of("usage.prices.file", prices.toString()));
    all.put(
        "The management port is taken",
        Map.of("management.port", Integer.toString(taken.getLocalPort())));
    return all;
  }

  private static void putFaultsOfKafka(Map<String, Map<String, String>> all) {
    all.put(
        "The broker's name is unknown",
        Map.of("kafka.bootstrap.servers", "no-such-host.invalid:9092"));
    all.put(
        "Nothing listens where the broker should be",
        Map.of("kafka.bootstrap.servers", "127.0.0.1:1"));
    all.put("A topic is missing", Map.of("topics.usage", "never-made"));
    all.put("A topic is too small", Map.of("topics.usage", "small-topic"));
    Map<String, String> newGroup =
        Map.of("topics.requests", "used-topic", "kafka.application.id", "new-group");
    all.put("A group without offsets, and requests in the topic", newGroup);
    all.put("The same, before the start", newGroup);
    all.put(
        "Request topic and a changelog differ in their partitions",
        Map.of("kafka.application.id", "grown"));
    all.put("The start is not a time", Map.of("start.from", "yesterday"));
    all.put("Two topics are the same", Map.of("topics.usage", "completion-responses"));
  }

  private static void putFaultsOfTheRegistry(Map<String, Map<String, String>> all) {
    all.put("No schema registry is named", Map.of("--without-registry", ""));
    all.put(
        "The schema registry does not listen", Map.of("schema.registry.url", "http://127.0.0.1:1"));
    all.put("The class of the serde is not there", Map.of("avro.serde", "com.example.NoSuchSerde"));
  }

  private static void putFaultsOfTheFile(Map<String, Map<String, String>> all) {
    all.put("A key is misspelt", Map.of("async.max.inflight", "10"));
    all.put("A key of Kafka is misspelt", Map.of("kafka.bootstrap.server", "127.0.0.1:1"));
    all.put("An environment variable is misspelt", Map.of("$ASYNC_MAX_INFLIGHT", "3"));
    all.put(
        "A variable with the prefix is no setting",
        Map.of("$COMPLETION_WORKER_GATEWAY_APIKEY", "planted"));
    all.put("A required key has no value", Map.of("schema.registry.url", ""));
    all.put("The file is YAML", Map.of("--config", yaml.toString()));
    all.put("The file is a folder", Map.of("--config", stand.directory.toString()));
    all.put("A value is not a number", Map.of("async.max.in.flight", "many"));
    all.put("A variable has no value", Map.of("gateway.api.key", "${env:NO_SUCH_VARIABLE}"));
    all.put("The file is not there", Map.of("--config", "no-such-file.properties"));
    all.put(
        "A setting of Kafka may not be set", Map.of("kafka.processing.guarantee", "at_least_once"));
    all.put("A value of Kafka is wrong", Map.of("kafka.group.protocol", "sideways"));
  }

  private static void putFaultsOfTheEndpoint(Map<String, Map<String, String>> all) {
    all.put("The URL has a user in it", Map.of("gateway.url", "https://me:secret@127.0.0.1/v1"));
    all.put("The endpoint does not listen", Map.of("gateway.url", "http://127.0.0.1:1/v1"));
    all.put(
        "The trust store is not there",
        Map.of(
            "gateway.url", "https://127.0.0.1:1/v1",
            "gateway.tls.trust.store.path", "no-such-store.p12"));
    all.put(
        "The trust store has another password",
        Map.of(
            "gateway.url", "https://127.0.0.1:1/v1",
            "gateway.tls.trust.store.path", trustStore.toString(),
            "gateway.tls.trust.store.password", "wrong"));
    all.put(
        "The trust store is for an endpoint without TLS",
        Map.of("gateway.tls.trust.store.path", trustStore.toString()));
  }

  /** What is given as a variable, with a dollar before its name; takes it out. */
  private static Map<String, String> environment(Map<String, String> given) {
    Map<String, String> environment = new HashMap<>();
    given.forEach(
        (name, value) -> {
          if (name.startsWith("$")) {
            environment.put(name.substring(1), value);
          }
        });
    given.keySet().removeIf(name -> name.startsWith("$"));
    return environment;
  }

  private record Ended(int exitCode, List<String> out, List<String> err) {}

  private static Ended execute(List<String> arguments, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandEnvironment surroundings =
        new CommandEnvironment(
            all,
            InputStream.nullInputStream(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            false);
    int exitCode =
        assertTimeoutPreemptively(
            LONG,
            () -> CompletionWorker.execute(surroundings, arguments.toArray(String[]::new)),
            () -> arguments + " ended");
    return new Ended(exitCode, out.toString().lines().toList(), err.toString().lines().toList());
  }

  private static Ended executeAsProcess(List<String> arguments, Map<String, String> environment)
      throws Exception {
    Path out = stand.directory.resolve("out-" + System.nanoTime());
    Path err = stand.directory.resolve("err-" + System.nanoTime());
    ProcessBuilder builder =
        new ProcessBuilder(WorkerJvm.quickCommand(List.of("-Xmx256m"), arguments));
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS))
          .as("%s ended", arguments)
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readAllLines(out), Files.readAllLines(err));
  }
}

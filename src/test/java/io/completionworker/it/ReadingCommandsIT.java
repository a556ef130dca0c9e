package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that read beside a worker, on brokers that make a topic of every name that is asked for,
 * as brokers do unless they are told not to; and what these commands say.
 */
class ReadingCommandsIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  private static final Message MISSING =
      new Message(
          "Topics are missing",
          "`tail`, `collect`, `redrive`",
          "Missing topics: <names>; make them with `completion-worker topics`",
          1);
  private static final Message NO_ANSWER =
      new Message(
          "No broker answers",
          "`tail`, `collect`, `redrive`",
          "No answer from the brokers at <brokers> within 7 s;"
              + " see kafka.bootstrap.servers and kafka.security.protocol",
          1);
  private static final Message AWAY =
      new Message(
          "The brokers go away while a command follows topics",
          "`tail`, `collect`, `batch`; stderr",
          "No answer from the brokers at <brokers> within 7 s;"
              + " see kafka.bootstrap.servers and kafka.security.protocol; waiting for them",
          -1);
  private static final Message BACK =
      new Message("They are back", "the same", "The brokers answer again", -1);
  private static final Message NOT_SENT =
      new Message(
          "The brokers go away while requests are sent again",
          "`redrive`",
          "Cannot send: no answer from the brokers within 8 s; what was committed stays sent;"
              + " see kafka.bootstrap.servers",
          1);
  private static final Message NO_AVRO =
      new Message(
          "A record is not in the wire format of the registry",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: unknown magic byte <byte>",
          -1);
  private static final Message NO_SCHEMA =
      new Message(
          "The registry has no schema of a record's id",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: <error of the registry>",
          -1);
  private static final Message NO_REGISTRY =
      new Message(
          "The registry cannot be asked",
          "`tail`; stdout",
          "<time> <position> <size> bytes cannot be decoded: The schema registry does not answer;"
              + " see schema.registry.url: <error>",
          -1);
  private static final Message NOT_COMPARED =
      new Message(
          "A record that cannot be decoded may be the one that is looked for",
          "`tail --request-id`, `tail --trace-id`; stderr",
          "tail: records that cannot be decoded are not compared; the first is <position>: <error>",
          -1);
  private static final Message NOBODY =
      new Message(
          "Requests are outstanding, and no worker runs",
          "progress of `collect` and `batch`",
          "waiting: no worker is in group <group>",
          -1);
  private static final Message NOT_READY =
      new Message(
          "A worker runs and cannot go on; it answers on the management port of the configuration",
          "progress of `collect` and `batch`",
          "waiting: the worker at <host and port> is not ready: <first reason>",
          -1);
  private static final Message STALL =
      new Message(
          "Workers run, and no outcome has come for 30 s",
          "progress of `collect` and `batch`",
          "waiting: no outcome for <count> s, group <group> has <count> member, lag <count>",
          -1);
  private static final Message NO_WORKER =
      new Message(
          "No worker runs",
          "`check`",
          "warn group: no worker is in group <group>; <count> requests wait until one runs",
          0);
  private static final Message WORKERS =
      new Message(
          "Workers run", "`check`", "ok   group: group <group> has <count> member, lag <count>", 0);

  private static final List<Message> ALL =
      List.of(
          MISSING,
          NO_ANSWER,
          AWAY,
          BACK,
          NOT_SENT,
          NO_AVRO,
          NO_SCHEMA,
          NO_REGISTRY,
          NOT_COMPARED,
          NOBODY,
          NOT_READY,
          STALL,
          NO_WORKER,
          WORKERS);

  private static EmbeddedBroker broker;
  private static Stand stand;
  private static Path requests;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start(1, Map.of("auto.create.topics.enable", "true"));
    stand = new Stand(Behaviour.instant(), 1, broker);
    requests =
        Files.writeString(
            stand.directory.resolve("requests.jsonl"),
            "{\"model\": \"m\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}\n");
  }

  @AfterAll
  static void stop() {
    stand.close();
  }

  @Test
  void shouldHaveThePageOfWhatTheyAreSaid() {
    MessagePage.verify("Reading topics", ReadingCommandsIT.class.getSimpleName(), ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tail",
        "tail dead-letters --from 1h --until-end",
        "collect --batch b --out OUT",
        "redrive",
        "redrive --dead-letters --dry-run --from 1h"
      })
  void shouldNeverMakeATopicThatIsMissing(String command) throws Exception {
    Set<String> before = topics();

    CliProcess ended = command(missing(), command);

    assertThat(ended.await()).as(ended.all()).isEqualTo(MISSING.exitCode());
    assertThat(lastLine(ended)).matches(MISSING.pattern());
    assertThat(topics()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"submit FILE", "batch FILE --out OUT", "check", "run", "topics --dry-run"})
  void shouldMakeNoTopicByLookingForIt(String command) throws Exception {
    Set<String> before = topics();

    CliProcess ended = command(missing(), command);
    ended.await();

    assertThat(ended.all()).contains("gone-requests");
    assertThat(topics()).isEqualTo(before);
  }

  @Test
  void shouldNameAllMissingTopicsOfARedrive() throws Exception {
    CliProcess redrive = command(missing(), "redrive --dry-run");
    redrive.await();

    assertThat(redrive.err()).contains("Missing topics: gone-requests, gone-failures; make");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tail", "collect --batch b --out OUT", "redrive", "redrive --dry-run"})
  void shouldEndWhenNoBrokerAnswers(String command) throws Exception {
    assertEndsWithoutBroker(command, 1);
  }

  @Test
  void shouldEndWhenWhatListensSaysNothing() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertEndsWithoutBroker("tail --from earliest", mute.getLocalPort());
    }
  }

  private static void assertEndsWithoutBroker(String command, int port) throws Exception {
    CliProcess ended = command(Map.of("kafka.bootstrap.servers", "127.0.0.1:" + port), command);

    assertThat(ended.await()).as(ended.all()).isEqualTo(NO_ANSWER.exitCode());
    assertThat(lastLine(ended)).matches(NO_ANSWER.pattern());
    assertThat(ended.err().lines()).hasSize(1);
  }

  @Test
  void shouldSayWhyARecordCannotBeDecoded() throws Exception {
    try (Stand odd = new Stand(Behaviour.instant(), 1)) {
      odd.publishRaw("k", new byte[] {7, 1, 2});
      odd.publishRaw("k", new byte[] {0, 0, 0, 0, 99, 1, 2, 3});
      odd.publish(0, 1, 1);

      List<String> lines = tailed(odd, Map.of(), "--request-id other").err().lines().toList();
      assertThat(lines).singleElement().asString().matches(NOT_COMPARED.pattern());
      lines = tailed(odd, Map.of(), "").out().lines().toList();
      assertThat(lines).hasSize(3);
      assertThat(lines.get(0)).contains("@0 key=k 3 bytes").matches(NO_AVRO.pattern());
      assertThat(lines.get(1)).contains(" 99 ").matches(NO_SCHEMA.pattern());
      assertThat(lines.get(2)).contains("id=r-0");
      assertThat(tailed(odd, Map.of(), "--output json").out())
          .contains("\"value_base64\":\"BwEC\",\"fault\":\"");

      odd.registry.down(true);
      lines =
          tailed(odd, Map.of("schema.registry.retries.wait.ms", "10"), "").out().lines().toList();
      assertThat(lines.get(2)).matches(NO_REGISTRY.pattern());
    }
  }

  @Test
  void shouldWaitForBrokersThatGoAwayWhileItFollows() throws Exception {
    try (Stand own = new Stand(Behaviour.instant(), 1)) {
      publish(own, "gone");
      try (CliProcess collect = command(own, Map.of(), "collect --batch gone --out OUT");
          CliProcess tail = command(own, Map.of(), "tail requests --from earliest")) {
        await().atMost(LONG).until(() -> said(collect, NOBODY) && !tail.out().isEmpty());
        own.broker.stopBroker(0);
        await().atMost(LONG).until(() -> said(collect, AWAY) && said(tail, AWAY));
        own.broker.startBroker(0);
        await().atMost(LONG).until(() -> said(collect, BACK) && said(tail, BACK));

        try (SearchedWorker worker = own.start(Map.of())) {
          assertThat(collect.await()).as(collect.all()).isZero();
          assertThat(worker.live()).isTrue();
        }
        assertThat(tail.stop()).isEqualTo(128 + 15);
      }
    }
  }

  @Test
  void shouldEndARedriveWhoseBrokersGoAway() throws Exception {
    try (Stand own = new Stand(Behaviour.instant(), 1)) {
      byte[] value = {1, 2, 3};
      for (int i = 0; i < 20; i++) {
        own.publishRaw("k", value);
      }
      try (SearchedWorker worker = own.start(Map.of())) {
        await().atMost(LONG).until(() -> deadLetters(own) == 20);
        assertThat(worker.live()).isTrue();
      }
      try (CliProcess redrive =
          command(own, Map.of(), "redrive --dead-letters --rate 1 --output json")) {
        await().atMost(LONG).until(() -> !redrive.out().isEmpty());
        own.broker.stopBroker(0);

        assertThat(redrive.await()).as(redrive.all()).isEqualTo(NOT_SENT.exitCode());
        assertThat(lastLine(redrive)).matches(NOT_SENT.pattern());
      }
      own.broker.startBroker(0);
    }
  }

  private static long deadLetters(Stand where) throws InterruptedException {
    CliProcess tail = command(where, Map.of(), "tail dead-letters --from earliest --until-end");
    tail.await();
    return tail.out().lines().count();
  }

  @Test
  void shouldSayThatNoWorkerRuns() throws Exception {
    Map<String, String> settings = Map.of("kafka.application.id", "nobody");
    publish(stand, "lonely");

    CliProcess collect = command(settings, "collect --batch lonely --timeout 20 --out OUT");
    assertThat(collect.await()).as(collect.all()).isEqualTo(1);
    assertThat(collect.err().lines())
        .anyMatch(line -> line.startsWith("collect: 0 of 1 (0 %)") && line.contains("waiting: no"));
    assertThat(collect.err()).containsPattern(NOBODY.pattern());

    CliProcess batch = command(settings, "batch FILE --timeout 20 --out OUT");
    assertThat(batch.await()).as(batch.all()).isEqualTo(1);
    assertThat(batch.err()).containsPattern(NOBODY.pattern());

    CliProcess check = command(settings, "check");
    check.await();
    assertThat(check.out()).containsPattern(NO_WORKER.pattern());
  }

  @Test
  void shouldSayWhyAWorkerIsNotReady() throws Exception {
    AtomicBoolean bad = new AtomicBoolean(true);
    Behaviour behaviour =
        Behaviour.builder()
            .respondWith(
                call ->
                    bad.get()
                        ? Reply.error(401, "invalid_request_error", "invalid_api_key", "no")
                        : Reply.completion())
            .build();
    try (Stand own = new Stand(behaviour, 1)) {
      publish(own, "held");
      Map<String, String> settings =
          Map.of(
              "management.port", freePort(),
              "hold.probe.initial.ms", "200",
              "hold.probe.max.ms", "200");
      try (SearchedWorker worker = own.start(settings);
          CliProcess collect = command(own, settings, "collect --batch held --out OUT")) {
        await().atMost(LONG).until(() -> said(collect, NOT_READY));
        assertThat(collect.err()).contains("UNAUTHORIZED");

        bad.set(false);
        assertThat(collect.await()).as(collect.all()).isZero();
        assertThat(worker.live()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldSayHowTheGroupStandsWhenNothingComes(String protocol) throws Exception {
    Behaviour behaviour = Behaviour.builder().respondWith(call -> Reply.silence()).build();
    try (Stand own = new Stand(behaviour, 1)) {
      publish(own, "slow");
      Map<String, String> settings =
          Map.of("kafka.group.protocol", protocol, "shutdown.drain.ms", "10");
      try (SearchedWorker worker = own.start(settings);
          CliProcess collect = command(own, settings, "collect --batch slow --out OUT")) {
        await().atMost(LONG).until(() -> said(collect, STALL));
        assertThat(worker.hindrances()).isEmpty();

        CliProcess check = command(own, settings, "check");
        assertThat(check.await()).as(check.all()).isEqualTo(WORKERS.exitCode());
        assertThat(check.out()).containsPattern(WORKERS.pattern());
      }
    }
  }

  /** Settings by which every topic has a name that no topic has. */
  private static Map<String, String> missing() {
    Map<String, String> names = new HashMap<>();
    for (String topic : Stand.TOPICS) {
      String role = topic.replace("completion-", "");
      names.put("topics." + role.replace('-', '.'), "gone-" + role);
    }
    return names;
  }

  private static Set<String> topics() throws Exception {
    try (Admin admin = broker.admin()) {
      return admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    }
  }

  private static void publish(Stand where, String batch) throws Exception {
    CliProcess submit = command(where, Map.of(), "submit --batch " + batch + " FILE");
    assertThat(submit.await()).as(submit.all()).isZero();
  }

  private static CliProcess command(Map<String, String> settings, String command) {
    return command(stand, settings, command);
  }

  /** A command of one word or more, where FILE and OUT stand for files. */
  private static CliProcess command(Stand where, Map<String, String> settings, String command) {
    String out = where.directory.resolve("out-" + System.nanoTime() + ".jsonl").toString();
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.replaceAll(word -> word.equals("FILE") ? requests.toString() : word);
    arguments.replaceAll(word -> word.equals("OUT") ? out : word);
    arguments.addAll(1, List.of("--config", where.file(settings).toString()));
    return new CliProcess(where.directory, "128m", arguments);
  }

  private static CliProcess tailed(Stand where, Map<String, String> settings, String options)
      throws InterruptedException {
    CliProcess tail =
        command(where, settings, ("tail requests --from earliest --until-end " + options).strip());
    assertThat(tail.await()).as(tail.all()).isZero();
    return tail;
  }

  private static boolean said(CliProcess command, Message message) {
    return message.pattern().matcher(command.err()).find();
  }

  private static String lastLine(CliProcess ended) {
    List<String> lines = ended.err().lines().toList();
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return Integer.toString(free.getLocalPort());
    }
  }
}

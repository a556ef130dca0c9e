// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.Commands.command;
import static io.completionworker.it.Commands.lastLine;
import static io.completionworker.it.Commands.process;
import static io.completionworker.it.Commands.publish;
import static io.completionworker.it.Commands.said;
import static io.completionworker.it.ReadingMessages.AWAY;
import static io.completionworker.it.ReadingMessages.BACK;
import static io.completionworker.it.ReadingMessages.MISSING;
import static io.completionworker.it.ReadingMessages.NOBODY;
import static io.completionworker.it.ReadingMessages.NOT_COMPARED;
import static io.completionworker.it.ReadingMessages.NOT_SENT;
import static io.completionworker.it.ReadingMessages.NO_ANSWER;
import static io.completionworker.it.ReadingMessages.NO_AVRO;
import static io.completionworker.it.ReadingMessages.NO_REGISTRY;
import static io.completionworker.it.ReadingMessages.NO_SCHEMA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.MessagePage;
import io.completionworker.secrets.SearchedWorker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands that read topics create none, even on brokers with auto-creation, which is the brokers'
 * default. The test also causes what these commands say, and prints its table.
 */
@Tag("long")
class ReadingCommandsIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  private static EmbeddedBroker broker;
  private static Stand stand;

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(1, Map.of("auto.create.topics.enable", "true"));
    stand = new Stand(Behaviour.instant(), 1, broker);
  }

  @AfterAll
  static void stop() {
    stand.close();
  }

  @Test
  void shouldHaveThePageOfWhatTheyAreSaid() {
    MessagePage.verify(
        "Reading topics", ReadingCommandsIT.class.getSimpleName(), ReadingMessages.ALL);
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

    RunningCommand ended = command(stand, missing(), command);

    assertThat(ended.await()).as(ended.all()).isEqualTo(MISSING.exitCode());
    assertThat(lastLine(ended)).matches(MISSING.pattern());
    assertThat(topics()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"submit FILE", "batch FILE --out OUT", "check", "run", "topics --dry-run"})
  void shouldMakeNoTopicByLookingForIt(String command) throws Exception {
    Set<String> before = topics();

    RunningCommand ended = command(stand, missing(), command);
    ended.await();

    assertThat(ended.all()).contains("gone-requests");
    assertThat(topics()).isEqualTo(before);
  }

  @Test
  void shouldNameAllMissingTopicsOfARedrive() throws Exception {
    RunningCommand redrive = command(stand, missing(), "redrive --dry-run");
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
    RunningCommand ended =
        command(stand, Map.of("kafka.bootstrap.servers", "127.0.0.1:" + port), command);

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
      try (CliProcess collect = process(own, Map.of(), "collect --batch gone --out OUT");
          CliProcess tail = process(own, Map.of(), "tail requests --from earliest")) {
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
      try (RunningCommand redrive =
          command(own, Map.of(), "redrive --dead-letters --rate 1 --output json")) {
        await().atMost(LONG).until(() -> !redrive.out().isEmpty());
        own.broker.stopBroker(0);

        assertThat(redrive.await()).as(redrive.all()).isEqualTo(NOT_SENT.exitCode());
        assertThat(lastLine(redrive)).matches(NOT_SENT.pattern());
      }
      own.broker.startBroker(0);
    }
  }

  private static long deadLetters(Stand where) throws Exception {
    RunningCommand tail = command(where, Map.of(), "tail dead-letters --from earliest --until-end");
    tail.await();
    return tail.out().lines().count();
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

  /** Without those in which brokers note for themselves where groups are. */
  private static Set<String> topics() throws Exception {
    try (Admin admin = broker.admin()) {
      return admin.listTopics().names().get();
    }
  }

  private static RunningCommand tailed(Stand where, Map<String, String> settings, String options)
      throws Exception {
    RunningCommand tail =
        command(where, settings, ("tail requests --from earliest --until-end " + options).strip());
    assertThat(tail.await()).as(tail.all()).isZero();
    return tail;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Limits follow the work, and a registry without its schemas does not make dead letters of it. */
class LendingAndDeadLettersIT {

  private static final Duration LONG = Duration.ofMinutes(4);
  private static final int REQUESTS = 150;
  private static final int WINDOW = 20;

  private static final Message WAITING =
      new Message(
          "The schema registry lost its schemas, or a producer writes something else",
          "readiness of `run`, 503 with",
          "<number> requests wait that cannot be decoded: <number> of the last <number> records could"
              + " not be decoded, the last one because of <cause>",
          -1);
  private static final Message BEGUN =
      new Message(
          "The same, when it begins",
          "log of `run`, WARN",
          "Records that cannot be decoded wait instead of becoming dead letters: <number> of the last"
              + " <number> records could not be decoded, the last one because of <cause>; trying one"
              + " of them from time to time, see hold.brake.share",
          -1);
  private static final Message ENDED =
      new Message(
          "The registry has its schemas again",
          "log of `run`, INFO",
          "A record that could not be decoded now can be: the <number> others that waited go on",
          -1);
  private static final Message ABANDONED =
      new Message(
          "A few bad records wait, and nearly all others can be decoded",
          "log of `run`, INFO",
          "Most records can be decoded again: the <number> that wait are dead letters unless they"
              + " can, too",
          -1);

  private static final Message BLIND =
      new Message(
          "Brokers do not say where the work is: an ACL or the changelog is missing",
          "log of `run`, WARN",
          "Cannot ask the brokers where the work is, so this instance takes a fifth of its share of"
              + " the limits, unless it has all partitions. Give it Describe on group <group> and on"
              + " the topics <requests> and <changelog>, or set rate.limit.share.lend.after.ms=0 for"
              + " all instances: <cause>",
          -1);

  private final Stand stand = new Stand(Behaviour.instant(), 6);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldWaitWhileTheRegistryLacksItsSchemasAndRedriveWhatWasDeadBefore() throws Exception {
    stand.publish(0, REQUESTS, REQUESTS);
    stand.registry.lose();
    int dead;
    try (SearchedWorker worker = stand.start(settings())) {
      await().atMost(LONG).until(() -> waiting(worker) + outcomes.poll().deadLetters() == REQUESTS);
      dead = outcomes.deadLetters();
      assertThat(dead).isPositive().isLessThan(WINDOW);
      assertThat(String.join("; ", worker.notReadyReasons()))
          .containsPattern(WAITING.pattern())
          .contains("schema id ", "40403");
      assertThat(outcomes.all()).isEmpty();

      stand.registry.restore();
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS - dead);
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
      redriveDeadLetters(dead);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.deadLetters()).isEqualTo(dead);
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
    assertThat(stand.endpoint.total()).as("each was called once").isEqualTo(REQUESTS);
    assertThat(stand.log()).anyMatch(line -> BEGUN.pattern().matcher(line).find());
    assertThat(stand.log()).anyMatch(line -> ENDED.pattern().matcher(line).find());
    verifyPage();
  }

  @Test
  void shouldMakeDeadLettersOfBytesThatWaitOnceAllElseIsGood() {
    try (SearchedWorker worker = stand.start(settings())) {
      for (int i = 0; i < WINDOW + 5; i++) {
        stand.publishRaw("k", new byte[] {'{', '}'});
      }
      await().atMost(LONG).until(() -> waiting(worker) > 0);

      stand.publish(0, WINDOW, WINDOW);

      await().atMost(LONG).until(() -> outcomes.poll().distinct() == WINDOW);
      await().atMost(LONG).until(() -> outcomes.poll().deadLetters() == WINDOW + 5);
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
    }
    assertThat(stand.log()).anyMatch(line -> ABANDONED.pattern().matcher(line).find());
  }

  @Tag("long")
  @Test
  void shouldLendTheShareOfAnInstanceWithoutWork() {
    int perSecond = 5;
    Map<String, String> settings =
        Map.of(
            "rate.limit.requests.per.minute",
            String.valueOf(60 * perSecond),
            "rate.limit.share.lend.after.ms",
            "20000");
    try (SearchedWorker first = stand.start(settings);
        SearchedWorker second = stand.start(settings)) {
      // Of one key, so all on one partition, which one of the two works on.
      stand.publish(0, 300, 1);
      await().atMost(LONG).until(() -> Math.max(share(first), share(second)) > 0.89);
      assertThat(share(first) + share(second)).isLessThanOrEqualTo(1 + 1e-9);
      assertThat(Math.min(share(first), share(second)))
          .as("kept, so that new work can start at once")
          .isBetween(0.09, 0.11);

      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 300);
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    // A burst is a second's worth, and the first call has a connection to wait for.
    assertCallsWithin(perSecond, 2.0 * perSecond);
  }

  @Test
  @Tag("long")
  void shouldSaySoWhenItCannotSeeWhereTheWorkIs() throws Exception {
    try (SearchedWorker worker = stand.start(settings());
        Admin admin = stand.broker.admin()) {
      await().atMost(LONG).until(() -> share(worker) == 1);
      admin.deleteTopics(List.of("completion-worker-pending-changelog")).all().get();
      await()
          .atMost(LONG)
          .until(() -> stand.log().stream().anyMatch(line -> BLIND.pattern().matcher(line).find()));
      assertThat(share(worker)).as("alone it has all, however blind").isEqualTo(1);
    }
  }

  /** Holds however slow the machine is: a call that arrives late is allowed all the more. */
  private void assertCallsWithin(double perSecond, double atOnce) {
    List<Instant> arrivals =
        stand.endpoint.calls().stream().map(RecordedCall::startedAt).sorted().toList();
    Instant first = arrivals.get(0);
    for (int i = 0; i < arrivals.size(); i++) {
      double seconds = Duration.between(first, arrivals.get(i)).toMillis() / 1_000.0;
      assertThat(i + 1.0)
          .as("calls within the first %s s", seconds)
          .isLessThanOrEqualTo(seconds * perSecond + atOnce);
    }
  }

  private void redriveDeadLetters(int expected) throws Exception {
    List<String> arguments =
        List.of("redrive", "--config", stand.file(Map.of()).toString(), "--dead-letters");
    try (RunningCommand redrive = new CommandThread(stand.directory, arguments)) {
      assertThat(redrive.await()).as(redrive.err()).isZero();
      assertThat(redrive.out()).contains("sent " + expected);
    }
  }

  /** Each of these was seen. */
  private static void verifyPage() {
    MessagePage.verify(
        "Limits and dead letters",
        "LendingAndDeadLettersIT",
        List.of(WAITING, BEGUN, ENDED, ABANDONED, BLIND));
  }

  private static Map<String, String> settings() {
    return Map.of(
        "hold.brake.window", String.valueOf(WINDOW),
        "hold.probe.initial.ms", "200",
        "hold.probe.max.ms", "1000",
        "hold.unknown.schema.ms", "0",
        "schema.registry.missing.id.cache.ttl.sec", "1");
  }

  private static int waiting(SearchedWorker worker) {
    return (int) Stand.gauge(worker, HealthMeters.UNDECODABLE_ON_HOLD.name());
  }

  private static double share(SearchedWorker worker) {
    return Stand.gauge(worker, HealthMeters.LIMIT_SHARE.name());
  }
}

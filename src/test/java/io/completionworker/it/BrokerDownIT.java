// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.MessagePage;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Kafka Streams does not say so itself: it stays RUNNING. */
@Tag("long")
class BrokerDownIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  private static final List<Message> MESSAGES =
      List.of(
          new Message(
              "A worker works for the first time", "log", "Ready <n> s after its start", -1),
          new Message(
              "No broker answers",
              "log",
              "Brokers lost: no Kafka broker <is connected or has answered>; <n> requests pending",
              -1),
          new Message(
              "A worker cannot work, with every reason that readiness has",
              "log",
              "Not ready: <reasons>; <n> requests pending",
              -1),
          new Message(
              "Brokers answer again",
              "log",
              "Brokers answer again after <n> s; <n> requests pending",
              -1),
          new Message(
              "A worker works again", "log", "Ready again after <n> s; <n> requests pending", -1));

  @Test
  void shouldHaveEveryMessageOnThePage() {
    MessagePage.verify("Brokers and readiness", "BrokerDownIT", MESSAGES);
  }

  @Test
  void shouldSayThatNoBrokerAnswersAndWhenOneDoesAgain() {
    try (Stand stand = new Stand(Behaviour.instant(), 1);
        SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
      assertThat(worker.pages()).contains("\"up\"");
      // A change is told after two looks, and what was never told to be ready is not so again.
      await().atMost(LONG).until(() -> !lines(stand, "Ready \\d+ s after its start").isEmpty());

      stand.broker.stopBroker(0);
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> worker.notReadyReasons().toString().contains("no Kafka broker"));
      assertThat(worker.live()).as("no reason to start it anew").isTrue();
      // An outage that is over within two looks is told of by no line.
      await().atMost(LONG).until(() -> !lines(stand, "Brokers lost: ").isEmpty());
      await().atMost(LONG).until(() -> !lines(stand, "Not ready: ").isEmpty());

      stand.broker.startBroker(0);
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
      await().atMost(LONG).until(() -> !lines(stand, "Ready again after ").isEmpty());
      for (Message message : MESSAGES) {
        assertThat(lines(stand, message.pattern().pattern())).as(message.text()).hasSize(1);
      }
    }
  }

  private static List<String> lines(Stand stand, String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return stand.log().stream().filter(line -> wanted.matcher(line).find()).toList();
  }
}

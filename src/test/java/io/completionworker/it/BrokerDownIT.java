package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Kafka Streams does not say so itself: it stays RUNNING. */
class BrokerDownIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldSayThatNoBrokerAnswersAndWhenOneDoesAgain() {
    try (Stand stand = new Stand(Behaviour.instant(), 1);
        SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> worker.hindrances().isEmpty());
      assertThat(worker.pages()).contains("\"up\"");

      stand.broker.stopBroker(0);
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> worker.hindrances().toString().contains("no Kafka broker"));
      assertThat(worker.live()).as("no reason to start it anew").isTrue();

      stand.broker.startBroker(0);
      await().atMost(LONG).until(() -> worker.hindrances().isEmpty());
      await().atMost(LONG).until(() -> !lines(stand, "Ready again after ").isEmpty());
      assertThat(lines(stand, "Ready [0-9]+ s after its start")).hasSize(1);
      assertThat(lines(stand, "Brokers lost: no Kafka broker .*, 0 pending")).hasSize(1);
      assertThat(lines(stand, "Not ready: no Kafka broker .*; 0 pending")).hasSize(1);
      assertThat(lines(stand, "Brokers answer again after [0-9]+ s, 0 pending")).hasSize(1);
      assertThat(lines(stand, "Ready again after [0-9]+ s, 0 pending")).hasSize(1);
    }
  }

  private static List<String> lines(Stand stand, String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return stand.log().stream().filter(line -> wanted.matcher(line).find()).toList();
  }
}

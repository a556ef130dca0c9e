package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
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
    }
  }
}

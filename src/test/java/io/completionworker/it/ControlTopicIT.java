// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.StartMessages.CONTROLS_AGAIN;
import static io.completionworker.it.StartMessages.CONTROLS_GONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.ControlKind;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.secrets.SearchedWorker;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The topic of controls, when it is not as it was. */
class ControlTopicIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldGoOnWithoutItsTopicAndEndWhenThatIsMadeAgain() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Admin admin = stand.broker.admin();
        Operator operator = new Operator(stand);
        Outcomes outcomes = new Outcomes(stand);
        WorkerProcess worker = new WorkerProcess(stand, Map.of())) {
      operator.put("pause-1", Operator.control(ControlKind.PAUSE).setModel("no-such-model"));
      await().atMost(LONG).until(() -> worker.output().contains("Ready "));

      admin.deleteTopics(List.of(Stand.CONTROLS)).all().get();

      await().atMost(LONG).until(() -> CONTROLS_GONE.pattern().matcher(worker.output()).find());
      stand.publish(0, 10, 5);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 10);
      assertThat(worker.alive()).isTrue();

      stand.broker.createTopic(Stand.CONTROLS, 1, Map.of("cleanup.policy", "compact"));

      await().atMost(LONG).until(() -> !worker.alive());
      assertThat(worker.exitCode()).isEqualTo(CONTROLS_AGAIN.exitCode());
      assertThat(worker.output().strip().lines())
          .last()
          .asString()
          .containsPattern(CONTROLS_AGAIN.pattern());
    }
  }

  /** By itself, its consumer would wait for brokers for minutes. */
  @Test
  @Tag("long")
  void shouldStopWhileItReadsControlsFromBrokersThatDoNotAnswer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Stand stand = new Stand(Behaviour.instant(), 1)) {
      silent.setSoTimeout(Math.toIntExact(LONG.toMillis()));
      String brokers = "127.0.0.1:" + silent.getLocalPort();
      SearchedWorker worker = stand.start(Map.of("kafka.bootstrap.servers", brokers));
      try (worker;
          Socket asked = silent.accept()) {
        assertThat(asked.isConnected()).isTrue();
        await()
            .atMost(LONG)
            .untilAsserted(
                () ->
                    assertThat(worker.notReadyReasons())
                        .contains("Kafka Streams is REBALANCING, reading all controls"));
      }
      await().atMost(LONG).until(() -> worker.state().equals("NOT_RUNNING"));
    }
  }
}

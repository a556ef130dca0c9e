// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.Commands.command;
import static io.completionworker.it.StartMessages.OUTPUT_GONE;
import static io.completionworker.it.StartMessages.OUTPUT_SMALLER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.EmbeddedBroker;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.docs.MessagePage.Message;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** An output topic that is deleted under a worker, on brokers that make topics by themselves. */
class OutputTopicsIT {

  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void shouldNotBeReadyWhileOutcomesCannotBeWritten() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(1, Map.of("auto.create.topics.enable", "true"));
    try (Stand stand = new Stand(Behaviour.instant(), 3, broker);
        Admin admin = broker.admin();
        Outcomes outcomes = new Outcomes(stand);
        SearchedWorker worker = stand.start(Map.of())) {
      stand.publish(0, 30, 30);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 30);

      admin.deleteTopics(List.of("completion-usage")).all().get();
      await().atMost(LONG).until(() -> says(worker, OUTPUT_GONE));
      await().atMost(LONG).until(() -> stand.log().stream().anyMatch(OutputTopicsIT::isLogged));

      stand.publish(30, 60, 30);
      await().atMost(LONG).until(() -> says(worker, OUTPUT_SMALLER));
      RunningCommand check = command(stand, Map.of(), "check");
      check.await();
      assertThat(check.out())
          .contains("FAIL topic completion-usage: 1 partition, fewer than the 3");

      RunningCommand alter = command(stand, Map.of(), "topics --alter");
      assertThat(alter.await()).as(alter.all()).isZero();
      await().atMost(LONG).until(() -> worker.notReadyReasons().isEmpty());
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 60);
      assertThat(outcomes.poll().repeated()).isEmpty();
    }
  }

  private static boolean says(SearchedWorker worker, Message message) {
    return worker.notReadyReasons().stream().anyMatch(message.pattern().asMatchPredicate());
  }

  private static boolean isLogged(String line) {
    return line.contains("Not ready: ") && OUTPUT_GONE.pattern().matcher(line).find();
  }
}

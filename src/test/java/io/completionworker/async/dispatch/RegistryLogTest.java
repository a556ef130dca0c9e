// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.fixtures.CapturedLog;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An outage of the registry is two lines of the log, however many requests wait for it. */
class RegistryLogTest {

  private final CapturedLog log = new CapturedLog(CodecStage.class);
  private final Stage stage = new Stage(10, false);

  @AfterEach
  void leave() {
    log.close();
  }

  @Test
  void shouldSayThatRequestsWaitAndThatTheyGoOn() {
    TaskOutbox task = stage.open();
    stage.codec.registryDown(true);
    for (int i = 0; i < 20; i++) {
      stage.accept(task, i, "r" + i);
    }
    stage.advance(Duration.ofMinutes(10));
    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(10));

    assertThat(stage.client.open()).isNotEmpty();
    assertThat(log.events())
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
        .containsExactly(
            "WARN Requests wait for the schema registry: the registry is down",
            "INFO The schema registry is back: requests go on");
  }
}

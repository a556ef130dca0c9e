// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KafkaNoiseTest {

  private static final String CLIENT = "org.apache.kafka.clients.NetworkClient";
  private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

  private final LoggerContext context = new LoggerContext();
  private final KafkaNoise noise = new KafkaNoise();

  @Test
  void shouldLetAWarningPassThreeTimesAMinute() {
    for (int i = 0; i < 3; i++) {
      assertThat(decide(CLIENT, Level.WARN, "no connection", 0)).isEqualTo(FilterReply.NEUTRAL);
    }
    assertThat(decide(CLIENT, Level.WARN, "no connection", 0)).isEqualTo(FilterReply.DENY);
    assertThat(decide(CLIENT, Level.WARN, "another", 0)).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(CLIENT, Level.WARN, "no connection", 60)).isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void shouldCountTheSameWarningOfSeveralClientsTogether() {
    for (int i = 0; i < 3; i++) {
      String message = "[Producer clientId=p-" + i + "] no connection";
      assertThat(decide(CLIENT, Level.WARN, message, 0)).isEqualTo(FilterReply.NEUTRAL);
    }
    String another = "[Consumer clientId=c, groupId=g] no connection";
    assertThat(decide(CLIENT, Level.WARN, another, 0)).isEqualTo(FilterReply.DENY);
  }

  @Test
  void shouldDropWhatIsTriedAgainAtOnce() {
    String message = "Got error produce response, retrying. Error: CONCURRENT_TRANSACTIONS";
    assertThat(decide(SENDER, Level.WARN, message, 0)).isEqualTo(FilterReply.DENY);
    assertThat(decide(SENDER, Level.WARN, "Got error: NOT_LEADER", 0))
        .isEqualTo(FilterReply.NEUTRAL);
  }

  @Test
  void shouldLetErrorsAndTheWorkersOwnWarningsPass() {
    for (int i = 0; i < 10; i++) {
      assertThat(decide(CLIENT, Level.ERROR, "broken", 0)).isEqualTo(FilterReply.NEUTRAL);
      assertThat(decide("io.completionworker.Worker", Level.WARN, "w", 0))
          .isEqualTo(FilterReply.NEUTRAL);
    }
  }

  @Test
  void shouldLetAWarningWithoutAMessagePass() {
    assertThat(decide(CLIENT, Level.WARN, null, 0)).isEqualTo(FilterReply.NEUTRAL);
    assertThat(decide(SENDER, Level.WARN, null, 0)).isEqualTo(FilterReply.NEUTRAL);
  }

  private FilterReply decide(String logger, Level level, @Nullable String message, long second) {
    LoggingEvent event =
        new LoggingEvent("", context.getLogger(logger), level, message, null, new Object[0]);
    event.setInstant(Instant.ofEpochSecond(1_700_000_040 + second));
    return noise.decide(event);
  }
}

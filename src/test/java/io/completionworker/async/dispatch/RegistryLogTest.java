package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An outage of the registry is two lines of the log, however many requests wait for it. */
class RegistryLogTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(CodecStage.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Stage stage = new Stage(10, false);

  @BeforeEach
  void listen() {
    log.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(log);
    logger.setLevel(null);
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
    assertThat(log.list)
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
        .containsExactly(
            "WARN Requests wait for the schema registry: the registry is down",
            "INFO The schema registry is back: requests go on");
  }
}

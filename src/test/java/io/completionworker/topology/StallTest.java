package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream thread that stood still for longer than its lease. */
class StallTest {

  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final Duration STEP = Duration.ofMillis(100);

  private final WorkerTopology worker = new WorkerTopology(10, 4_096, false, LEASE);
  private final TopologyTestDriver driver =
      new TopologyTestDriver(worker.topology(), new Properties());
  private final TestInputTopic<String, String> requests =
      driver.createInputTopic(
          WorkerTopology.TOPICS.requests(), new StringSerializer(), new StringSerializer());

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void shouldCallNothingAfterAStallUntilItsThreadMustHavePolled() {
    requests.pipeInput("a");

    worker.loop.freeze(LEASE.multipliedBy(2));
    for (int step = 0; step < 15; step++) {
      run();
    }
    assertThat(worker.client.started()).as("it may have lost its partition").isEmpty();

    for (int step = 0; step < 15; step++) {
      run();
    }
    assertThat(worker.client.started()).as("it would know by now").containsExactly("a");
  }

  private void run() {
    driver.advanceWallClockTime(STEP);
    worker.loop.advance(STEP);
  }
}

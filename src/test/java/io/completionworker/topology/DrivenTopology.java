// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;

/** A worker's topology in Kafka's driver, with text for requests and text for outcomes. */
abstract class DrivenTopology {

  final WorkerTopology worker;
  final TopologyTestDriver driver;
  final TestInputTopic<String, String> requests;
  final TestOutputTopic<String, String> responses;
  final TestOutputTopic<String, String> failures;
  final TestOutputTopic<String, String> usageWindows;

  DrivenTopology(WorkerTopology worker) {
    this.worker = worker;
    driver = new TopologyTestDriver(worker.topology(), new Properties());
    requests = requests(driver);
    responses = output(WorkerTopology.TOPICS.responses());
    failures = output(WorkerTopology.TOPICS.failures());
    usageWindows = output(WorkerTopology.TOPICS.usageWindows());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  final TestOutputTopic<String, String> output(String topic) {
    return driver.createOutputTopic(topic, new StringDeserializer(), new StringDeserializer());
  }

  static TestInputTopic<String, String> requests(TopologyTestDriver driver) {
    return driver.createInputTopic(
        WorkerTopology.TOPICS.requests(), new StringSerializer(), new StringSerializer());
  }

  /** Lets the worker run, and Kafka forward what it has and commit. */
  void tick() {
    worker.loop.run();
    driver.advanceWallClockTime(Duration.ofMillis(20));
    worker.intake.transaction().committed(worker.loop.nanos());
  }
}

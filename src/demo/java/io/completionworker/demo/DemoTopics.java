// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import java.util.List;
import java.util.Map;

/** The worker's topics by their default names. */
final class DemoTopics {

  static final String REQUESTS = "completion-requests";
  static final String RESPONSES = "completion-responses";
  static final String USAGE = "completion-usage";
  static final String FAILURES = "completion-failures";
  static final String DEAD_LETTERS = "completion-dead-letters";

  static final String CHUNKS = "completion-chunks";
  static final String WINDOWS = "completion-usage-windows";
  private static final String CONTROLS = "completion-controls";

  /** What the demo reads. */
  static final List<String> READ =
      List.of(RESPONSES, USAGE, FAILURES, DEAD_LETTERS, CHUNKS, WINDOWS);

  private static final List<String> ALL =
      List.of(REQUESTS, RESPONSES, USAGE, FAILURES, DEAD_LETTERS, CHUNKS, WINDOWS);

  private static final int PARTITIONS = 4;

  private DemoTopics() {}

  static void createOn(EmbeddedBroker broker) {
    ALL.forEach(topic -> broker.createTopic(topic, PARTITIONS, Map.of()));
    broker.createTopic(CONTROLS, 1, Map.of("cleanup.policy", "compact"));
  }
}

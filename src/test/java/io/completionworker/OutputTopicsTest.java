// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTopicsTest {

  private final OutputTopics topics = new OutputTopics(List.of("responses", "usage"));

  @Test
  void shouldSayThatATopicIsMissingWhenItIsTwice() {
    topics.see(Map.of("responses", 6, "usage", 6));
    topics.see(Map.of("responses", 0, "usage", 6));
    assertThat(topics.faults()).isEmpty();

    topics.see(Map.of("responses", 0, "usage", 6));
    assertThat(topics.faults())
        .singleElement()
        .asString()
        .startsWith("Output topic responses is not there any more")
        .endsWith("make it with `completion-worker topics`");

    topics.see(Map.of("responses", 6, "usage", 6));
    assertThat(topics.faults()).isEmpty();
  }

  @Test
  void shouldSayThatATopicHasFewerPartitionsThanItHad() {
    topics.see(Map.of("responses", 6, "usage", 2));
    topics.see(Map.of("responses", 8, "usage", 1));
    assertThat(topics.faults())
        .singleElement()
        .asString()
        .startsWith("Output topic usage has 1 partition and had 2;")
        .endsWith("with `completion-worker topics --alter`");

    topics.see(Map.of("responses", 6, "usage", 2));
    assertThat(topics.faults())
        .singleElement()
        .asString()
        .startsWith("Output topic responses has 6 partitions and had 8;");
  }

  @Test
  void shouldSayNothingOfTopicsThatItMayNotSee() {
    topics.see(Map.of("responses", 1));
    topics.see(Map.of("usage", 0));
    topics.see(Map.of("usage", 0));

    assertThat(topics.faults()).isEmpty();
  }
}

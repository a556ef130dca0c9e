// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ControlsTopicTest {

  private static final Uuid ID = Uuid.randomUuid();

  private final List<String> ends = new ArrayList<>();
  private final ControlsTopic topic = new ControlsTopic("controls", ends::add);

  @Test
  void shouldSayThatItIsMissingWhenItIsTwiceAndGoOn() {
    topic.see(ID);
    topic.see(Uuid.ZERO_UUID);
    assertThat(topic.fault()).isEmpty();

    topic.see(Uuid.ZERO_UUID);
    assertThat(topic.fault().orElseThrow())
        .startsWith(
            "Topic of controls controls is not there any more; it was deleted while running")
        .endsWith("make it with `completion-worker topics`");

    topic.see(ID);
    assertThat(topic.fault()).isEmpty();
    assertThat(ends).isEmpty();
  }

  @Test
  void shouldEndTheWorkerWhenItWasMadeAgain() {
    topic.see(ID);
    topic.see(Uuid.randomUuid());

    assertThat(ends)
        .singleElement()
        .asString()
        .startsWith("Topic of controls controls was deleted and made again while running; start");
  }

  @Test
  void shouldSayNothingOfATopicThatItMayNotSee() {
    topic.see(null);
    topic.see(ID);
    topic.see(null);
    topic.see(null);
    topic.see(ID);

    assertThat(topic.fault()).isEmpty();
    assertThat(ends).isEmpty();
  }

  @Test
  void shouldExplainOffsetsThatAreGoneInThisTopicAlone() {
    assertThat(topic.explain(outOfRange("controls")).orElseThrow()).contains("made again");
    assertThat(topic.explain(outOfRange("requests"))).isEmpty();
    assertThat(topic.explain(new IllegalStateException("controls"))).isEmpty();
  }

  private static OffsetOutOfRangeException outOfRange(String name) {
    return new OffsetOutOfRangeException(Map.of(new TopicPartition(name, 0), 7L));
  }
}

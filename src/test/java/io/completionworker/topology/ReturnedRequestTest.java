// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.TextCodec;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** A request of which not even a failure can be written comes back as it was published. */
class ReturnedRequestTest extends DrivenTopology {

  private static final TextCodec CODEC = new TextCodec(() -> 0);

  private final TestOutputTopic<String, String> deadLetters =
      output(WorkerTopology.TOPICS.deadLetters());

  ReturnedRequestTest() {
    super(WorkerTopology.with(CODEC, CODEC, CODEC));
  }

  @Test
  void shouldHaveTheOriginalBytesWhateverWasKeptInMemory() {
    CODEC.breakAt("response failure");
    requests.pipeInput("key", "a");
    requests.pipeInput("key", "b");
    worker.loop.run();
    worker.client.answer("a");
    worker.client.end("b", Results.badRequest());
    tick();

    TestRecord<String, String> first = deadLetters.readRecord();
    assertThat(first.key()).isEqualTo("key");
    assertThat(first.value()).isEqualTo("a");
    assertThat(deadLetters.readValuesToList()).containsExactly("b");
    assertThat(worker.capacity.records()).isZero();
    assertThat(worker.capacity.bytes()).isZero();
  }
}

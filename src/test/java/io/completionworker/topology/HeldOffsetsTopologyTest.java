// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.Results;
import java.time.Duration;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** Requests stay in their topic until they have their outcome, unless that takes long. */
class HeldOffsetsTopologyTest extends DrivenTopology {

  private static final Duration SPILL_AFTER = Duration.ofSeconds(10);

  HeldOffsetsTopologyTest() {
    super(WorkerTopology.holdingBack(10, SPILL_AFTER));
  }

  @Test
  void shouldStoreNothingOfARequestThatIsAnsweredSoon() {
    requests.pipeInput("a");
    requests.pipeInput("b");
    tick();
    assertThat(committable(2)).isZero();
    assertThat(stored()).isZero();
    assertThat(worker.capacity.records()).isEqualTo(2);

    worker.client.answer("b");
    tick();
    assertThat(committable(2)).as("a is open").isZero();
    worker.client.answer("a");
    tick();

    assertThat(responses.readValuesToList()).containsExactly("b attempts 1", "a attempts 1");
    assertThat(committable(2)).isEqualTo(2);
    assertThat(stored()).isZero();
    assertThat(worker.capacity.records()).isZero();
    assertThat(worker.capacity.bytes()).isZero();
  }

  @Test
  void shouldStoreARequestThatIsOpenForLongAndLetTheOffsetPass() {
    requests.pipeInput("slow");
    tick();
    worker.loop.freeze(SPILL_AFTER.plusSeconds(1));
    tick();
    assertThat(stored()).isEqualTo(1);
    assertThat(committable(1)).isEqualTo(1);

    worker.client.answer("slow");
    tick();

    assertThat(responses.readValuesToList()).containsExactly("slow attempts 1");
    assertThat(stored()).isZero();
    assertThat(worker.capacity.bytes()).isZero();
  }

  @Test
  void shouldStoreARequestWithItsFirstUsageRow() {
    requests.pipeInput("a");
    worker.loop.run();
    worker.client.end("a", Results.billed());
    tick();

    assertThat(stored()).isEqualTo(1);
    assertThat(committable(1)).isEqualTo(1);
  }

  private long committable(long position) {
    return worker.intake.transaction().committable(0, position);
  }

  private int stored() {
    int records = 0;
    try (KeyValueIterator<Bytes, byte[]> all =
        driver.<Bytes, byte[]>getKeyValueStore("pending").all()) {
      for (; all.hasNext(); all.next()) {
        records++;
      }
    }
    return records;
  }
}

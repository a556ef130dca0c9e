// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.OutputValue;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.junit.jupiter.api.Test;

/**
 * Kafka Streams closes none of the processors of a task whose initialization failed halfway, so
 * what one of them holds would stay held.
 */
class UnfinishedInitTest {

  @Test
  void shouldHoldNothingOfATaskWhoseWindowsCannotBeRead() {
    WorkerTopology worker = new WorkerTopology(10, 4_096);
    Topology topology =
        new CompletionTopology(
                WorkerTopology.TOPICS,
                worker.supplier,
                new WindowsOfANewerVersion(worker.sumUsage),
                worker.controls::add,
                null)
            .build();

    assertThatThrownBy(
            () -> {
              try (TopologyTestDriver driver = new TopologyTestDriver(topology, new Properties())) {
                assertThat(worker.owned()).isEqualTo(1);
                driver.advanceWallClockTime(Duration.ofSeconds(2));
              }
            })
        .hasStackTraceContaining("run the newer version again");

    assertThat(worker.owned()).as("partitions that are held").isZero();
  }

  /** The step as it is, with something in its store that it cannot read. */
  private record WindowsOfANewerVersion(
      ProcessorSupplier<byte[], List<CompletionUsage>, byte[], OutputValue> step)
      implements ProcessorSupplier<byte[], List<CompletionUsage>, byte[], OutputValue> {

    @Override
    public Set<StoreBuilder<?>> stores() {
      return step.stores();
    }

    @Override
    public Processor<byte[], List<CompletionUsage>, byte[], OutputValue> get() {
      Processor<byte[], List<CompletionUsage>, byte[], OutputValue> processor = step.get();
      return new Processor<>() {
        @Override
        public void init(ProcessorContext<byte[], OutputValue> context) {
          KeyValueStore<Bytes, byte[]> store = context.getStateStore("usage-windows");
          byte[] key = ByteBuffer.allocate(17).putLong(120_000).putLong(60_000).array();
          store.put(Bytes.wrap(key), new byte[] {99});
          processor.init(context);
        }

        @Override
        public void process(Record<byte[], List<CompletionUsage>> record) {
          processor.process(record);
        }

        @Override
        public void close() {
          processor.close();
        }
      };
    }
  }
}

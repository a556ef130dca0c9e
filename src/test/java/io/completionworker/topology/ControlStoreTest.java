// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.control.ControlRecord;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControlStoreTest {

  private final WorkerTopology worker = new WorkerTopology(10, 4_096);
  private final TopologyTestDriver driver =
      new TopologyTestDriver(worker.topology(), new Properties());
  private final TestInputTopic<byte[], byte[]> topic =
      driver.createInputTopic(
          WorkerTopology.TOPICS.controls(), new ByteArraySerializer(), new ByteArraySerializer());

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void shouldPassOnEachRecordInItsOrderWithItsHeaders() {
    topic.pipeInput(
        new TestRecord<>(
            "a".getBytes(UTF_8),
            "first".getBytes(UTF_8),
            new RecordHeaders().add("schema", new byte[] {7})));
    topic.pipeInput("a".getBytes(UTF_8), "second".getBytes(UTF_8));
    topic.pipeInput("a".getBytes(UTF_8), (byte[]) null);

    assertThat(worker.controls).extracting(ControlRecord::id).containsExactly("a", "a", "a");
    assertThat(worker.controls)
        .extracting(record -> record.value() == null ? null : new String(record.value(), UTF_8))
        .containsExactly("first", "second", null);
    assertThat(worker.controls.get(0).headers())
        .extracting(RecordHeader::name)
        .containsExactly("schema");
    assertThat(worker.controls.get(0).headers().get(0).value()).containsExactly(7);
  }

  @Test
  void shouldKeepTheNewestRecordOfEachControl() {
    KeyValueStore<Bytes, byte[]> store = driver.getKeyValueStore(CompletionTopology.CONTROLS);
    topic.pipeInput("a".getBytes(UTF_8), "first".getBytes(UTF_8));
    topic.pipeInput("a".getBytes(UTF_8), "second".getBytes(UTF_8));
    topic.pipeInput("b".getBytes(UTF_8), "other".getBytes(UTF_8));
    topic.pipeInput("b".getBytes(UTF_8), (byte[]) null);

    assertThat(store.get(Bytes.wrap("a".getBytes(UTF_8)))).asString(UTF_8).isEqualTo("second");
    assertThat(store.get(Bytes.wrap("b".getBytes(UTF_8)))).isNull();
  }

  /** The thread that this would end cannot be replaced. */
  @Test
  void shouldPassOnRecordsWhoseKeyIsNoText() {
    topic.pipeInput((byte[]) null, "value".getBytes(UTF_8));
    topic.pipeInput(new byte[] {(byte) 0xff}, "value".getBytes(UTF_8));
    topic.pipeInput((byte[]) null, (byte[]) null);

    assertThat(worker.controls).extracting(ControlRecord::id).containsExactly("", "\uFFFD", "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.topology.CompletionTopology.RecordTime;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordTimeTest {

  @ParameterizedTest
  @CsvSource({"5,5", "0,0", "-1,0", "-9223372036854775808,0"})
  void shouldNeverGiveATimeThatKafkaStreamsRefuses(long timestamp, long expected) {
    ConsumerRecord<Object, Object> record =
        new ConsumerRecord<>(
            "requests",
            0,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            0,
            0,
            "key",
            "value",
            new RecordHeaders(),
            Optional.empty());

    assertThat(new RecordTime().extract(record, 7)).isEqualTo(expected);
  }
}

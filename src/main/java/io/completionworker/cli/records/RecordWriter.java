// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes a few records, and waits until the brokers have them. Every call opens a client of its
 * own, since a command does one of them.
 */
public final class RecordWriter {

  private RecordWriter() {}

  /**
   * Writes records of one topic, and returns their positions in the same order.
   *
   * @param doubt what a command says if it is not known whether the records were written
   * @throws RecordsException if they were not written, or if that is not known
   */
  public static List<RecordPosition> write(
      Map<String, String> kafka, List<ProducerRecord<byte[], byte[]>> records, String doubt) {
    Map<String, Object> client = ClientSettings.producer(kafka);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      List<RecordPosition> positions = new ArrayList<>();
      for (Future<RecordMetadata> sent : records.stream().map(producer::send).toList()) {
        RecordMetadata written = sent.get();
        positions.add(new RecordPosition(written.topic(), written.partition(), written.offset()));
      }
      return List.copyOf(positions);
    } catch (ExecutionException e) {
      throw explained(client, records, Objects.requireNonNullElse(e.getCause(), e), doubt);
    } catch (KafkaException e) {
      throw explained(client, records, e, doubt);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static RecordsException explained(
      Map<String, Object> client,
      List<ProducerRecord<byte[], byte[]>> records,
      Throwable cause,
      String doubt) {
    if (cause instanceof TimeoutException timeout) {
      return new RecordsException(doubt, RecordsException.of(client, timeout));
    }
    String refused = cause instanceof AuthorizationException ? "Not authorized" : "Not able";
    return new RecordsException(refused + " to write to " + records.get(0).topic(), cause);
  }
}

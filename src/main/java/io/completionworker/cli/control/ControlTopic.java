// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import io.completionworker.avro.CompletionControl;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordWriter;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.RecordsException.MissingTopicsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.Decoded;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.format.ValueSerdes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * The topic of controls. Every read and every write opens a client of its own, since a command does
 * one or two of them.
 */
public final class ControlTopic {

  private final WorkerSettings settings;
  private final String topic;
  private final ValueSerdes serdes;

  /** Creates a view of the topic of these settings. Connects to nothing yet. */
  public ControlTopic(WorkerSettings settings) {
    this.settings = settings;
    this.topic = settings.topics().controls();
    this.serdes = ValueSerdes.of(settings);
  }

  /**
   * A control that is on the topic, whether or not it has expired, or a record that is not one.
   *
   * @param record null if the value cannot be decoded
   * @param control null if the record cannot be read as a control; workers ignore it then
   * @param fault why the record cannot be read; empty if it can be
   */
  public record Entry(
      String id, @Nullable CompletionControl record, @Nullable Control control, String fault) {

    static Entry of(String id, Decoded<CompletionControl> decoded) {
      CompletionControl record = decoded.value().orElse(null);
      if (record == null) {
        return new Entry(id, null, null, decoded.fault().orElse("it has no value"));
      }
      try {
        return new Entry(id, record, ControlRecord.control(id, record), "");
      } catch (IllegalArgumentException e) {
        return new Entry(id, record, null, String.valueOf(e.getMessage()));
      }
    }
  }

  /**
   * Reads the controls that are committed now, by id.
   *
   * @throws RecordsException if the topic is missing, or the brokers or the registry do not answer
   */
  public List<Entry> read() {
    Map<String, ConsumerRecord<byte[], byte[]>> latest = new TreeMap<>();
    try (TopicReader reader =
        TopicReader.open(ClientSettings.consumer(settings.kafka()), List.of(topic))) {
      reader.readThrough(StartAt.EARLIEST, found -> take(found, latest), count -> {});
    }
    ValueDecoder<CompletionControl> values =
        new ValueDecoder<>(topic, serdes.eitherFormat(CompletionControl.class));
    List<Entry> entries = new ArrayList<>();
    latest.forEach((id, found) -> entries.add(Entry.of(id, values.answered(found))));
    return List.copyOf(entries);
  }

  /**
   * Reads the controls like {@link #read}; returns none if the topic is missing, since then workers
   * know of none.
   */
  public List<Entry> readIfPresent() {
    try {
      return read();
    } catch (MissingTopicsException e) {
      return List.of();
    }
  }

  private static void take(
      ConsumerRecord<byte[], byte[]> found, Map<String, ConsumerRecord<byte[], byte[]>> latest) {
    if (found.key() == null) {
      return; // no control, since it has no id
    }
    String id = new String(found.key(), StandardCharsets.UTF_8);
    if (found.value() == null) {
      latest.remove(id);
    } else {
      latest.put(id, found);
    }
  }

  /**
   * Writes a control, and waits until the brokers have it. It replaces the one with the same id.
   *
   * @throws RecordsException if it was not written, or if that is not known
   */
  public void write(String id, CompletionControl control) {
    TopicReader.require(ClientSettings.consumer(settings.kafka()), List.of(topic));
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, key(id), null);
    try (Serializer<CompletionControl> serializer =
        serdes.forValues(CompletionControl.class).serializer()) {
      byte[] value = serializer.serialize(topic, record.headers(), control);
      send(List.of(new ProducerRecord<>(topic, null, key(id), value, record.headers())));
    } catch (KafkaException e) {
      throw new RecordsException("The control was not written", e);
    }
  }

  /**
   * Withdraws the controls with these ids, and waits until the brokers have that.
   *
   * @throws RecordsException if that was not written, or if that is not known
   */
  public void withdraw(List<String> ids) {
    send(ids.stream().map(id -> new ProducerRecord<byte[], byte[]>(topic, key(id), null)).toList());
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records) {
    var unused =
        RecordWriter.write(
            settings.kafka(),
            records,
            "It is not known whether that was written; the same command can be run again");
  }

  private static byte[] key(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }
}

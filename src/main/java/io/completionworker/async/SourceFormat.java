// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.AllowedHeaders;
import io.completionworker.completion.ConfigHeader;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.metrics.Meters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Makes a source record of what Kafka Streams hands over: forbidden headers are left out, and so
 * are a command's notes about its batch, an inline config in a header where none is taken, and the
 * value of a record that is too large to be stored.
 *
 * @param topic the request topic
 * @param maxBytes largest record of ours, as it is stored
 * @param inlineConfig whether a header may bring a config of its own
 */
public record SourceFormat(String topic, int maxBytes, boolean inlineConfig, Meters meters) {

  /**
   * Position of the record at hand.
   *
   * @throws IllegalStateException outside of {@code process()}
   */
  RecordPosition position(ProcessorContext<?, ?> context) {
    var metadata =
        context
            .recordMetadata()
            .orElseThrow(() -> new IllegalStateException("No record is being processed"));
    return new RecordPosition(topic, metadata.partition(), metadata.offset());
  }

  SourceRecord source(RecordPosition position, Record<byte[], byte[]> record, long now) {
    List<RecordHeader> headers = new ArrayList<>();
    for (Header header : record.headers()) {
      if (AllowedHeaders.isBatchNote(header.key())) {
        continue;
      }
      if (AllowedHeaders.allows(header.key())) {
        RecordHeader allowed = new RecordHeader(header.key(), header.value());
        headers.add(inlineConfig ? allowed : ConfigHeader.withoutKeys(allowed));
      } else {
        meters.headerRefused(header.key().strip().toLowerCase(Locale.ROOT));
      }
    }
    return new SourceRecord(
        position,
        record.key(),
        record.value(),
        Collections.unmodifiableList(headers),
        record.timestamp(),
        now,
        0);
  }

  /**
   * A record that stopped its thread again and again: its bytes, without whatever may be odd about
   * its headers.
   */
  SourceRecord bare(RecordPosition position, Record<byte[], byte[]> record, long now) {
    return new SourceRecord(
        position, record.key(), record.value(), List.of(), record.timestamp(), now, 0);
  }

  /**
   * What can be stored of a record that is too large: its key and headers if they alone are small
   * enough.
   */
  SourceRecord withoutValue(SourceRecord source, long size) {
    byte[] key = source.key();
    boolean keepKey = key == null || key.length <= maxBytes / 4;
    long headerBytes = 0;
    for (RecordHeader header : source.headers()) {
      byte[] value = header.value();
      headerBytes += header.name().length() * 3L + (value == null ? 0 : value.length);
    }
    boolean keepHeaders = headerBytes <= maxBytes / 4;
    return new SourceRecord(
        source.position(),
        keepKey ? key : null,
        null,
        keepHeaders ? source.headers() : List.of(),
        source.timestamp(),
        source.acceptedAt(),
        size);
  }
}

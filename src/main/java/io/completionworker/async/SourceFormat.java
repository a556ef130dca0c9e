// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.headers.KnownHeader;
import io.completionworker.metrics.Meters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Converts a record from Kafka Streams into a source record. Leaves out what {@link
 * KnownHeader#stored} says, an inline config in a header if such configs are not accepted, and the
 * value of a record that is too large to be stored.
 *
 * @param topic the request topic
 * @param maxBytes largest size of a record in the worker's store, in bytes
 * @param inlineConfig whether a header may hold an inline config
 */
public record SourceFormat(String topic, int maxBytes, boolean inlineConfig, Meters meters) {

  /**
   * Returns the position of the current record.
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
      RecordHeader whole = new RecordHeader(header.key(), header.value());
      switch (KnownHeader.of(header.key()).stored()) {
        case REFUSED -> meters.headerRefused(header.key().strip().toLowerCase(Locale.ROOT));
        case LEFT_OUT -> {
          // the worker does not need it
        }
        case WITHOUT_KEYS -> headers.add(inlineConfig ? whole : whole.withoutKeys());
        default -> headers.add(whole);
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
   * Converts a record that stopped its thread again and again. Keeps its bytes, and drops its
   * headers, since they may be malformed.
   */
  SourceRecord bare(RecordPosition position, Record<byte[], byte[]> record, long now) {
    return new SourceRecord(
        position, record.key(), record.value(), List.of(), record.timestamp(), now, 0);
  }

  /**
   * Returns what can be stored of a record that is too large: its key and its headers, each only if
   * small enough.
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

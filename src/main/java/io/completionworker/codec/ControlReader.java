// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionControl;
import io.completionworker.codec.EncodedForms.Faults;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.ControlRecord.Reading;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes controls. A record that the registry has no schema for may have come before its schema,
 * so it is read again later for some time. Used by one thread at a time.
 */
public final class ControlReader implements ControlRecord.Reader {

  /** Longer ids would fill lines of the log and pages. */
  private static final int LONGEST_ID = 200;

  /** The most schemas to remember as unknown. They come from records, so this must be bounded. */
  private static final int MOST_SCHEMAS = 1_000;

  private static final char REPLACEMENT = '\uFFFD';

  private final Deserializer<CompletionControl> values;
  private final String topic;
  private final long patienceNanos;
  private final LongSupplier nanos;
  private final Map<String, Long> unknownSince = new LinkedHashMap<>();

  /**
   * Creates a reader.
   *
   * @param values deserializer that throws a {@code RetriableException} for a fault that may pass,
   *     and any other exception for a permanent fault
   * @param topic the topic of controls
   * @param patience how long a record waits for a schema that the registry does not know
   * @param nanos monotonic time in nanoseconds
   */
  public ControlReader(
      Deserializer<CompletionControl> values, String topic, Duration patience, LongSupplier nanos) {
    this.values = values;
    this.topic = topic;
    this.patienceNanos = patience.toNanos();
    this.nanos = nanos;
  }

  @Override
  public Reading read(ControlRecord record) {
    String fault = keyFault(record.id());
    if (fault != null) {
      return new Reading.Invalid(fault);
    }
    CompletionControl decoded;
    try {
      decoded = decode(record);
    } catch (RuntimeException | StackOverflowError e) {
      return unread(e);
    }
    if (decoded == null) {
      return new Reading.Invalid("the record has no value");
    }
    try {
      return new Reading.Valid(ControlRecord.control(record.id(), decoded));
    } catch (RuntimeException e) { // an IllegalArgumentException, whose message names the fault
      return new Reading.Invalid(String.valueOf(e.getMessage()));
    }
  }

  private @Nullable CompletionControl decode(ControlRecord record) {
    Headers headers = EncodedForms.noHeaders(topic);
    for (RecordHeader header : record.headers()) {
      headers.add(header.name(), header.value());
    }
    return values.deserialize(topic, headers, record.value());
  }

  private Reading unread(Throwable thrown) {
    String why = Faults.describe(thrown);
    String schema = UnknownSchemaException.schema(thrown);
    boolean later = Faults.mayPass(thrown) || (schema != null && mayCome(schema));
    return later ? new Reading.Later(why) : new Reading.Invalid(why);
  }

  /** Whether to wait for a schema that the registry does not know. */
  private boolean mayCome(String schema) {
    long now = nanos.getAsLong();
    if (unknownSince.size() >= MOST_SCHEMAS) {
      unknownSince.remove(unknownSince.keySet().iterator().next());
    }
    return now - unknownSince.computeIfAbsent(schema, first -> now) < patienceNanos;
  }

  /** Returns what is wrong with a key; null if it can be the id of a control. */
  private static @Nullable String keyFault(String id) {
    if (id.isBlank()) {
      return "the record has no key, which is the id of a control";
    }
    if (id.indexOf(REPLACEMENT) >= 0) {
      return "the key is not text in UTF-8";
    }
    if (id.length() > LONGEST_ID) {
      return "the key has more than " + LONGEST_ID + " characters";
    }
    return id.chars().anyMatch(Character::isISOControl) ? "the key has control characters" : null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.serde.SerdeSettings.SubjectNameStrategy;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Deserializes records, see {@link AvroSerde}. Thread-safe. */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  /**
   * Maximum number of cached readers. Each is small, and there is one per version of a writer's
   * schema.
   */
  private static final int MAX_READERS = 1_000;

  private final @Nullable Class<T> type;
  private final RegistryClient registry;
  private final SerdeSettings settings;
  private final String header;
  private final Map<WireFormat.Writer, DatumReader<T>> readers = new ConcurrentHashMap<>();

  AvroDeserializer(@Nullable Class<T> type, RegistryClient registry, SerdeSettings settings) {
    this.type = type;
    this.registry = registry;
    this.settings = settings;
    this.header = WireFormat.header(settings.isKey());
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    return deserialize(topic, null, data);
  }

  @Override
  public @Nullable T deserialize(String topic, @Nullable Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    try {
      WireFormat.Written written =
          WireFormat.read(settings.reading().idInHeader() ? headers : null, header, data);
      return read(reader(topic, written.writer()), new BoundedDecoder(data, written.start()));
    } catch (SerializationException e) {
      throw saying("Cannot read a record of topic " + topic + ": " + e.getMessage(), e);
    }
  }

  private static SerializationException saying(String message, SerializationException e) {
    return e instanceof UnknownSchemaException unknown
        ? unknown.saying(message)
        : new SerializationException(message, e.getCause());
  }

  private T read(DatumReader<T> reader, BoundedDecoder in) {
    T record;
    try {
      record = reader.read(null, in);
    } catch (EOFException e) {
      throw new SerializationException("truncated Avro", e);
    } catch (IndexOutOfBoundsException e) {
      throw new SerializationException("no Avro of its schema: no such union branch or symbol", e);
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // Malformed bytes can cause any of these in the reader.
      throw new SerializationException("no Avro of its schema: " + e, e);
    }
    if (settings.reading().failOnTrailing() && in.remaining() > 0) {
      throw new SerializationException(in.remaining() + " bytes after the end of the Avro");
    }
    return record;
  }

  private DatumReader<T> reader(String topic, WireFormat.Writer name) {
    DatumReader<T> known = readers.get(name);
    if (known != null) {
      return known;
    }
    Schema writer = schema(name, subject(topic));
    Class<?> target = type == null ? classOf(writer, name) : type;
    DatumReader<T> reader =
        new SpecificDatumReader<>(
            writer, SpecificData.get().getSchema(target), SpecificData.getForClass(target));
    if (readers.size() >= MAX_READERS) {
      readers.clear();
    }
    readers.put(name, reader);
    return reader;
  }

  private Schema schema(WireFormat.Writer name, @Nullable String subject) {
    if (name instanceof WireFormat.Writer.Guid of) {
      return schema(of, subject);
    }
    return registry.schemaById(((WireFormat.Writer.Id) name).id(), subject).schema();
  }

  private Schema schema(WireFormat.Writer.Guid of, @Nullable String subject) {
    try {
      return registry.schemaByGuid(of.guid(), subject);
    } catch (SerializationException e) {
      String where =
          of.inHeader()
              ? "; the header " + header + " names it"
              : "; the value begins with 0x01 and has no header "
                  + header
                  + ", so it may be no Avro at all";
      throw saying(e.getMessage() + where, e);
    }
  }

  /**
   * Returns the subject as far as it is known before the record is read. Only one strategy knows it
   * then. Otherwise this is the context, or null for the default one.
   */
  private @Nullable String subject(String topic) {
    if (settings.subjects() == SubjectNameStrategy.TOPIC_NAME) {
      return settings.subject(topic, "");
    }
    return settings.context().isEmpty() ? null : settings.context();
  }

  /** Returns the generated class of a schema. The class is checked before any of its code runs. */
  private static Class<?> classOf(Schema writer, WireFormat.Writer name) {
    String className = SpecificData.getClassName(writer);
    try {
      Class<?> found = Class.forName(className, false, AvroDeserializer.class.getClassLoader());
      if (SpecificRecord.class.isAssignableFrom(found)) {
        return found;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      // reported below
    }
    throw new SerializationException(
        name + " is of " + writer.getFullName() + ", which has no generated class");
  }
}

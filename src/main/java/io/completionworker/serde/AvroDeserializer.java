package io.completionworker.serde;

import io.completionworker.serde.registry.RegistryClient;
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
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads records; see {@link AvroSerde}. Safe on every thread. */
final class AvroDeserializer<T extends SpecificRecord> implements Deserializer<T> {

  private final @Nullable Class<T> type;
  private final RegistryClient registry;
  private final SerdeSettings settings;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();

  AvroDeserializer(@Nullable Class<T> type, RegistryClient registry, SerdeSettings settings) {
    this.type = type;
    this.registry = registry;
    this.settings = settings;
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    try {
      int id = WireFormat.schemaId(data);
      return read(reader(topic, id), new BoundedDecoder(data, WireFormat.PREFIX_BYTES));
    } catch (SerializationException e) {
      throw new SerializationException(
          "Cannot read a record of topic " + topic + ": " + e.getMessage(), e.getCause());
    }
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
      // Whatever bytes make of a reader.
      throw new SerializationException("no Avro of its schema: " + e, e);
    }
    if (settings.failOnTrailing() && in.remaining() > 0) {
      throw new SerializationException(in.remaining() + " bytes after the end of the Avro");
    }
    return record;
  }

  private DatumReader<T> reader(String topic, int id) {
    DatumReader<T> known = readers.get(id);
    if (known != null) {
      return known;
    }
    Schema writer = registry.schemaById(id, subject(topic));
    Class<?> target = type == null ? classOf(writer, id) : type;
    DatumReader<T> reader =
        new SpecificDatumReader<>(
            writer, SpecificData.get().getSchema(target), SpecificData.getForClass(target));
    readers.put(id, reader);
    return reader;
  }

  /** Only this strategy knows the subject before the record is read. */
  private @Nullable String subject(String topic) {
    return settings.subjects() == SubjectNameStrategy.TOPIC_NAME
        ? settings.subject(topic, "")
        : null;
  }

  /** The generated class of a schema, which is checked before any of its code runs. */
  private static Class<?> classOf(Schema writer, int id) {
    String name = SpecificData.getClassName(writer);
    try {
      Class<?> found = Class.forName(name, false, AvroDeserializer.class.getClassLoader());
      if (SpecificRecord.class.isAssignableFrom(found)) {
        return found;
      }
    } catch (ClassNotFoundException | LinkageError e) {
      // Told below.
    }
    throw new SerializationException(
        "schema id " + id + " is of " + writer.getFullName() + ", which has no generated class");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.serde.RegisteredSchemas.SchemaForms;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.RegistryClient.RegisteredSchema;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Serializes records, see {@link AvroSerde}. Thread-safe. */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

  /** A buffer that has grown beyond this size is not reused. */
  private static final int MAX_KEPT_BYTES = 256 * 1024;

  private static final byte[] NO_PREFIX = {};

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final RegistryClient registry;
  private final SerdeSettings settings;
  private final String header;
  private final Map<Class<?>, RecordType<T>> types = new ConcurrentHashMap<>();

  AvroSerializer(RegistryClient registry, SerdeSettings settings) {
    this.registry = registry;
    this.settings = settings;
    this.header = WireFormat.header(settings.isKey());
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    return serialize(topic, null, data);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable Headers headers, @Nullable T data) {
    if (data == null) {
      return null;
    }
    RecordType<T> type = types.get(data.getClass());
    if (type == null) {
      type = new RecordType<>(data);
      types.put(data.getClass(), type);
    }
    try {
      Target<T> target = target(topic, type);
      name(target, headers);
      return encode(data, target);
    } catch (SerializationException e) {
      throw unwritable(topic, type.schema().getFullName(), e);
    }
  }

  /**
   * A generated class, and how its records are written.
   *
   * @param schema the schema as it is registered
   * @param targets the targets of the class, by topic
   */
  private record RecordType<T>(
      Schema schema, DatumWriter<T> writer, Map<String, Target<T>> targets) {

    RecordType(SpecificRecord example) {
      this(
          SchemaForms.registered(example.getSchema()),
          new SpecificDatumWriter<>(example.getSchema()),
          new ConcurrentHashMap<>());
    }
  }

  /**
   * The schema that the records of one class have on a topic, and the writer for it.
   *
   * @param latest the subject's latest version when it was looked up; null if it does not matter
   */
  private record Target<T>(
      SchemaId id, DatumWriter<T> writer, String subject, @Nullable RegisteredSchema latest) {}

  private Target<T> target(String topic, RecordType<T> type) {
    Target<T> known = type.targets().get(topic);
    if (known != null && (known.latest() == null || isLatest(known, known.latest()))) {
      return known;
    }
    Target<T> target = ask(settings.subject(topic, type.schema().getFullName()), type);
    type.targets().put(topic, target);
    return target;
  }

  /**
   * Whether the registry client still returns this latest version. The check costs no call while
   * the client may answer from its cache.
   */
  @SuppressWarnings("ReferenceEquality") // comparing schemas is slow for every record
  private boolean isLatest(Target<T> known, RegisteredSchema latest) {
    return registry.latest(known.subject()).schema() == latest.schema();
  }

  private Target<T> ask(String subject, RecordType<T> type) {
    Schema schema = type.schema();
    return switch (settings.writing().schema()) {
      case REGISTER ->
          new Target<>(registry.register(subject, schema), type.writer(), subject, null);
      case LOOK_UP -> new Target<>(registry.lookUp(subject, schema), type.writer(), subject, null);
      case BY_ID -> {
        RegisteredSchema named = registry.schemaById(settings.writing().schemaId(), subject);
        String about = "Schema id " + named.id().id() + " of subject " + subject;
        yield new Target<>(named.id(), writer(named, type, about), subject, null);
      }
      case LATEST -> {
        RegisteredSchema latest = registry.latest(subject);
        String about = "The latest version of subject " + subject;
        yield new Target<>(latest.id(), writer(latest, type, about), subject, latest);
      }
    };
  }

  private DatumWriter<T> writer(RegisteredSchema target, RecordType<T> type, String about) {
    if (target.schema().equals(type.schema())) {
      return type.writer();
    }
    if (settings.writing().strict() && !SchemaForms.canRead(target.schema(), type.schema())) {
      throw new SerializationException(about + " cannot read what this record has");
    }
    return new TranslatingWriter<>(type.writer(), type.schema(), target.schema());
  }

  /**
   * Puts the schema's GUID into the header if the settings say so. A header of another record would
   * win over the prefix, so it is removed.
   */
  private void name(Target<T> target, @Nullable Headers headers) {
    if (headers != null && headers.lastHeader(header) != null) {
      headers.remove(header);
    }
    if (!settings.writing().idInHeader()) {
      return;
    }
    UUID guid = target.id().guid();
    if (guid == null || headers == null) {
      throw new SerializationException(
          headers == null
              ? "no headers to put the schema's GUID into"
              : "the schema registry gives no GUID for subject " + target.subject());
    }
    headers.add(header, WireFormat.guid(guid));
  }

  private byte[] encode(T data, Target<T> target) {
    Scratch scratch = SCRATCH.get();
    boolean reusable = false;
    try {
      byte[] prefix = settings.writing().idInHeader() ? NO_PREFIX : WireFormat.id(target.id().id());
      byte[] bytes = scratch.write(prefix, target.writer(), data);
      reusable = bytes.length <= MAX_KEPT_BYTES;
      return bytes;
    } catch (NullPointerException | AvroTypeException | IOException e) {
      throw new SerializationException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      // The messages of other exceptions contain the value, which may be a prompt, so neither the
      // message nor the cause is kept.
      throw new SerializationException(e.getClass().getSimpleName());
    } finally {
      if (!reusable) {
        SCRATCH.remove();
      }
    }
  }

  private static SerializationException unwritable(
      String topic, String record, SerializationException why) {
    return new SerializationException(
        "Cannot write a " + record + " for topic " + topic + ": " + why.getMessage(),
        why.getCause());
  }

  /** The buffers of one thread. */
  private static final class Scratch {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    private @Nullable BinaryEncoder encoder;

    <T> byte[] write(byte[] prefix, DatumWriter<T> writer, T data) throws IOException {
      out.reset();
      out.write(prefix);
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      writer.write(data, encoder);
      encoder.flush();
      return out.toByteArray();
    }
  }

  /**
   * Writes records with a schema other than their own. A record is encoded with its own schema, and
   * read back with the target schema by Avro's rules of resolution. Fields are matched by name,
   * never by position.
   */
  private static final class TranslatingWriter<T> implements DatumWriter<T> {

    private final DatumWriter<T> own;
    private final DatumReader<GenericRecord> reader;
    private final DatumWriter<GenericRecord> writer;

    TranslatingWriter(DatumWriter<T> own, Schema ownSchema, Schema target) {
      this.own = own;
      this.reader = new GenericDatumReader<>(ownSchema, target);
      this.writer = new GenericDatumWriter<>(target);
    }

    @Override
    public void setSchema(Schema schema) {
      throw new UnsupportedOperationException("Both schemas are fixed");
    }

    @Override
    public void write(T record, Encoder out) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      own.write(record, encoder);
      encoder.flush();
      writer.write(
          reader.read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null)), out);
    }
  }
}

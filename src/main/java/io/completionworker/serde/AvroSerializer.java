package io.completionworker.serde;

import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.RegistryClient.RegisteredSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Writes records; see {@link AvroSerde}. Safe on every thread. */
final class AvroSerializer<T extends SpecificRecord> implements Serializer<T> {

  /** A buffer that has grown beyond this is not kept. */
  private static final int MAX_KEPT_BYTES = 256 * 1024;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final RegistryClient registry;
  private final SerdeSettings settings;
  private final Map<Class<?>, RecordType<T>> types = new ConcurrentHashMap<>();

  AvroSerializer(RegistryClient registry, SerdeSettings settings) {
    this.registry = registry;
    this.settings = settings;
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    if (data == null) {
      return null;
    }
    RecordType<T> type = types.get(data.getClass());
    if (type == null) {
      type = new RecordType<>(data);
      types.put(data.getClass(), type);
    }
    Target<T> target = type.targets().get(topic);
    if (target == null) {
      target = target(topic, type);
      type.targets().put(topic, target);
    }
    return encode(topic, data, target);
  }

  /**
   * A generated class.
   *
   * @param schema as it is registered
   * @param targets by topic
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

  /** The schema id that a topic's records of one class go out with, and what writes them so. */
  private record Target<T>(int id, DatumWriter<T> writer) {}

  private Target<T> target(String topic, RecordType<T> type) {
    Schema schema = type.schema();
    String subject = settings.subject(topic, schema.getFullName());
    try {
      return switch (settings.writerSchema()) {
        case REGISTER -> new Target<>(registry.register(subject, schema), type.writer());
        case LOOK_UP -> new Target<>(registry.lookUp(subject, schema), type.writer());
        case LATEST -> latest(subject, type);
      };
    } catch (SerializationException e) {
      throw unwritable(topic, schema.getFullName(), String.valueOf(e.getMessage()), e);
    }
  }

  private Target<T> latest(String subject, RecordType<T> type) {
    RegisteredSchema latest = registry.latest(subject);
    if (latest.schema().equals(type.schema())) {
      return new Target<>(latest.id(), type.writer());
    }
    if (settings.latestStrict() && !SchemaForms.canRead(latest.schema(), type.schema())) {
      throw new SerializationException(
          "The latest version of subject " + subject + " cannot read what this record has");
    }
    return new Target<>(
        latest.id(), new TranslatingWriter<>(type.writer(), type.schema(), latest.schema()));
  }

  private byte[] encode(String topic, T data, Target<T> target) {
    Scratch scratch = SCRATCH.get();
    boolean reusable = false;
    try {
      byte[] bytes = scratch.write(target.id(), target.writer(), data);
      reusable = bytes.length <= MAX_KEPT_BYTES;
      return bytes;
    } catch (NullPointerException | AvroTypeException | IOException e) {
      throw unwritable(topic, data.getSchema().getFullName(), String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      // Avro prints the value into the others, and a value may be a prompt: nothing of it is kept.
      String kind = e.getClass().getSimpleName();
      throw unwritable(topic, data.getSchema().getFullName(), kind, null);
    } finally {
      if (!reusable) {
        SCRATCH.remove();
      }
    }
  }

  private static SerializationException unwritable(
      String topic, String record, String why, @Nullable Throwable cause) {
    return new SerializationException(
        "Cannot write a " + record + " for topic " + topic + ": " + why, cause);
  }

  /** Buffers of one thread. */
  private static final class Scratch {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
    private @Nullable BinaryEncoder encoder;

    <T> byte[] write(int id, DatumWriter<T> writer, T data) throws IOException {
      out.reset();
      out.write(WireFormat.MAGIC);
      out.write(id >>> 24);
      out.write(id >>> 16);
      out.write(id >>> 8);
      out.write(id);
      encoder = EncoderFactory.get().binaryEncoder(out, encoder);
      writer.write(data, encoder);
      encoder.flush();
      return out.toByteArray();
    }
  }
}

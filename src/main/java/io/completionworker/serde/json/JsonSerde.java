// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerationException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A serde for generated records as JSON in UTF-8, with one object per value. A value that cannot be
 * read or written ends in a {@link SerializationException}, whose message contains no value of the
 * record. Thread-safe.
 *
 * @param <T> type of the record
 */
public final class JsonSerde<T extends SpecificRecord>
    implements Serde<T>, Serializer<T>, Deserializer<T> {

  private static final int USUAL_BYTES = 1024;

  private static final JsonFactory WRITING = new JsonFactory();

  /** Escapes unpaired surrogates, which UTF-8 cannot represent. */
  private static final JsonFactory ASCII =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final Class<T> type;
  private final boolean strict;

  /**
   * Creates a serde that reads every value as this class. Members that have no field are skipped: a
   * newer version may have written them.
   */
  public JsonSerde(Class<T> type) {
    this(type, false);
  }

  private JsonSerde(Class<T> type, boolean strict) {
    this.type = type;
    this.strict = strict;
  }

  /**
   * Creates a serde that refuses values with members that have no field, for records that would
   * mean something else without them.
   */
  public static <T extends SpecificRecord> JsonSerde<T> strict(Class<T> type) {
    return new JsonSerde<>(type, true);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    if (data == null) {
      return null;
    }
    try {
      try {
        return written(data, WRITING);
      } catch (JsonGenerationException e) {
        return written(data, ASCII);
      }
    } catch (IOException | RuntimeException e) {
      // the message of the cause may contain a value, which may be a prompt
      throw new SerializationException(
          "Cannot write a %s for topic %s: %s"
              .formatted(type.getName(), topic, e.getClass().getSimpleName()));
    }
  }

  private byte[] written(T data, JsonFactory factory) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator out = factory.createGenerator(bytes)) {
      RecordWriter.write(data, out);
    }
    return bytes.toByteArray();
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    try (JsonParser in = StrictJson.factory().createParser(StrictJson.text(data))) {
      T read =
          strict
              ? RecordReader.read(type, in, "", (name, schema) -> "is not known")
              : RecordReader.read(type, in);
      if (in.nextToken() != null) {
        throw new SerializationException(
            "the value is not valid JSON: there is more behind its end");
      }
      return read;
    } catch (CharacterCodingException e) {
      throw unreadable(topic, "the value is not UTF-8");
    } catch (JsonProcessingException e) {
      String path = StrictJson.path(e);
      throw unreadable(topic, (path.isEmpty() ? "the value" : path) + " " + StrictJson.fault(e));
    } catch (SerializationException e) {
      throw unreadable(topic, e.getMessage());
    } catch (IOException | RuntimeException e) {
      throw unreadable(topic, "no JSON of its schema: " + e.getClass().getSimpleName());
    }
  }

  /**
   * Returns the exception for a value that cannot be read, with the same wording for all formats.
   *
   * @param why the reason, without any part of the value
   */
  public static SerializationException unreadable(String topic, @Nullable String why) {
    return new SerializationException("Cannot read a record of topic " + topic + ": " + why);
  }

  @Override
  public Serializer<T> serializer() {
    return this;
  }

  @Override
  public Deserializer<T> deserializer() {
    return this;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    // no settings
  }

  @Override
  public void close() {
    // no resources
  }
}

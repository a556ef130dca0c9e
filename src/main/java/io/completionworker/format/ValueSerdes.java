// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.config.RegistryConfig;
import io.completionworker.config.ValuesConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.serde.AvroSerdes;
import io.completionworker.serde.json.JsonSerde;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Serdes for the values of all topics, in the format that {@code value.format} sets.
 *
 * <p>The beginning of a value shows its format. Avro with a schema registry begins with the byte 0
 * or 1. JSON begins with a brace or bracket, possibly after white space. A topic has one format, so
 * a worker refuses a value in the other format and names the setting that disagrees. Only values
 * that may have been written before the setting was changed are read in either format.
 */
public final class ValueSerdes {

  private static final int MAGIC_BYTES = 2;

  private final boolean json;
  private final @Nullable AvroSerdes avro;

  private ValueSerdes(boolean json, @Nullable AvroSerdes avro) {
    this.json = json;
    this.avro = avro;
  }

  /**
   * Creates serdes with these settings. Connects to nothing yet. With JSON, the serdes connect to a
   * schema registry only if one is configured and an older value in Avro is read.
   *
   * @throws ConfigException if a setting of the registry or its serde is wrong
   */
  public static ValueSerdes of(WorkerSettings settings) {
    RegistryConfig registry = settings.registry();
    boolean json = settings.values().format() == ValuesConfig.Format.JSON;
    boolean named = registry.settings().containsKey(RegistryConfig.URL_CONFIG);
    return new ValueSerdes(
        json, json && !named ? null : new AvroSerdes(registry.settings(), registry.serdeClass()));
  }

  /**
   * Returns what runs a task in which no serde waits for a registry: what is not known without it
   * fails as in an outage. Null if these serdes may always wait.
   */
  public @Nullable Consumer<Runnable> withoutWaiting() {
    return avro == null ? Runnable::run : avro.withoutWaiting();
  }

  /** Returns a serde for values of this class, which reads no other format. */
  public <T extends SpecificRecord> Serde<T> forValues(Class<T> type) {
    if (json || avro == null) {
      Deserializer<T> reader = jsonReader(type);
      return Serdes.serdeFrom(
          new JsonSerde<>(type),
          (Reading<T>)
              (topic, headers, value) -> {
                if (looksLikeAvro(value)) {
                  throw disagreement(topic, "Avro", "JSON");
                }
                return reader.deserialize(topic, headers, value);
              });
    }
    Serde<T> own = avro.forValues(type);
    return Serdes.serdeFrom(
        own.serializer(),
        (Reading<T>)
            (topic, headers, value) -> {
              try {
                return own.deserializer().deserialize(topic, headers, value);
              } catch (SerializationException e) {
                throw looksLikeJson(value) ? disagreement(topic, "JSON", "Avro") : e;
              }
            });
  }

  /**
   * Returns a deserializer that reads values of this class in either format, for values that may
   * have been written before the setting was changed. It reads Avro only if a schema registry is
   * configured.
   */
  public <T extends SpecificRecord> Deserializer<T> eitherFormat(Class<T> type) {
    Deserializer<T> own = forValues(type).deserializer();
    if (!json) {
      Deserializer<T> other = jsonReader(type);
      return (Reading<T>)
          (topic, headers, value) ->
              (looksLikeJson(value) ? other : own).deserialize(topic, headers, value);
    }
    if (avro == null) {
      return own;
    }
    Deserializer<T> other = avro.forValues(type).deserializer();
    return (Reading<T>)
        (topic, headers, value) ->
            (looksLikeAvro(value) ? other : own).deserialize(topic, headers, value);
  }

  @SuppressWarnings("unchecked") // the class shows that T is CompletionRequest
  private static <T extends SpecificRecord> Deserializer<T> jsonReader(Class<T> type) {
    if (type == CompletionRequest.class) {
      return (Deserializer<T>) (Deserializer<?>) new JsonRequests();
    }
    // A control whose batch_id is misspelt would select more requests than was meant.
    return type == CompletionControl.class ? JsonSerde.strict(type) : new JsonSerde<>(type);
  }

  /** A deserializer with one method to implement, which receives the headers. */
  @FunctionalInterface
  private interface Reading<T> extends Deserializer<T> {
    @Nullable T read(String topic, @Nullable Headers headers, byte[] value);

    @Override
    default @Nullable T deserialize(
        String topic, @Nullable Headers headers, byte @Nullable [] value) {
      return value == null ? null : read(topic, headers, value);
    }

    @Override
    default @Nullable T deserialize(String topic, byte @Nullable [] value) {
      return deserialize(topic, null, value);
    }
  }

  private static SerializationException disagreement(String topic, String found, String wanted) {
    return JsonSerde.unreadable(
        topic,
        "the value is %s by its first byte, and value.format is %s: publish %s, or set value.format=%s"
            .formatted(
                found, wanted.toLowerCase(Locale.ROOT), wanted, found.toLowerCase(Locale.ROOT)));
  }

  private static boolean looksLikeAvro(byte[] value) {
    return value.length > 0 && value[0] >= 0 && value[0] < MAGIC_BYTES;
  }

  private static boolean looksLikeJson(byte[] value) {
    for (byte one : value) {
      if (one != ' ' && one != '\n' && one != '\r' && one != '\t') {
        return one == '{' || one == '[';
      }
    }
    return false;
  }
}

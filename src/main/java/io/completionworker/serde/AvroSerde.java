// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.Settings;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Generated Avro records in Confluent's wire format: a zero byte, the schema id in four bytes
 * big-endian, the record in Avro binary. Schemas that are named by GUID, or in a record header, are
 * read alike. Takes Confluent's settings, and can stand in for its serde for generated records on
 * either side of a topic.
 *
 * <p>What can never be read or written ends as {@link
 * org.apache.kafka.common.errors.SerializationException}, a registry out of reach as {@link
 * io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException}. Configure before
 * use.
 *
 * @param <T> the record; any generated one when the serde was made without a class
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

  private final @Nullable Class<T> type;
  private @Nullable AvroSerializer<T> serializer;
  private @Nullable AvroDeserializer<T> deserializer;

  /** Reads each record as the generated class of the name that it was written with. */
  public AvroSerde() {
    this.type = null;
  }

  /** Reads every record as this class. */
  public AvroSerde(Class<T> type) {
    this.type = type;
  }

  /** Configured, on a shared registry client. */
  AvroSerde(Class<T> type, RegistryClient registry, SerdeSettings settings) {
    this.type = type;
    connect(registry, settings);
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    Settings settings = new Settings(configs);
    connect(RegistryClient.of(settings), SerdeSettings.from(settings, isKey));
  }

  private void connect(RegistryClient registry, SerdeSettings settings) {
    serializer = new AvroSerializer<>(registry, settings);
    deserializer = new AvroDeserializer<>(type, registry, settings);
  }

  @Override
  public Serializer<T> serializer() {
    return configured(serializer);
  }

  @Override
  public Deserializer<T> deserializer() {
    return configured(deserializer);
  }

  private static <S> S configured(@Nullable S side) {
    if (side == null) {
      throw new IllegalStateException("The serde is not configured");
    }
    return side;
  }
}

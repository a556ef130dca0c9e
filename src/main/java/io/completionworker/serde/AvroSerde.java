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
 * A serde for generated Avro records in Confluent's wire format: a zero byte, the schema id in four
 * bytes big-endian, the record in Avro binary. It also reads records that name their schema by GUID
 * or in a record header. It takes Confluent's settings, and can replace Confluent's serde for
 * generated records on either side of a topic.
 *
 * <p>A record that can never be read or written ends in a {@link
 * org.apache.kafka.common.errors.SerializationException}, a registry that cannot be reached in a
 * {@link io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException}. A serde
 * must be configured before use.
 *
 * @param <T> type of the record; any generated record if the serde was created without a class
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {

  private final @Nullable Class<T> type;
  private @Nullable AvroSerializer<T> serializer;
  private @Nullable AvroDeserializer<T> deserializer;

  /**
   * Creates a serde that reads each record as the generated class with the name in its writer's
   * schema.
   */
  public AvroSerde() {
    this.type = null;
  }

  /** Creates a serde that reads every record as this class. */
  public AvroSerde(Class<T> type) {
    this.type = type;
  }

  /** Creates a configured serde that shares a registry client. */
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.AudioReference;
import io.completionworker.avro.ImageUrl;
import io.completionworker.config.RegistryConfig;
import io.completionworker.config.Secret;
import io.completionworker.config.WorkerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Serdes of other people, by the name of their class. */
public class SwapInTest {

  private static final ImageUrl IMAGE = new ImageUrl("u", null);

  @Test
  void shouldUseTheSerdeOfTheConfigurationForAllRecords(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("worker.properties"),
            """
            kafka.bootstrap.servers=b:1
            schema.registry.url=mock://swapped-in
            schema.registry.latest.cache.ttl.sec=30
            schema.registry.ssl.truststore.location=/a
            auto.register.schemas=true
            avro.serde=%s
            """
                .formatted(SwappedIn.class.getName()));
    RegistryConfig config = WorkerConfig.load(Optional.of(file), Map.of()).registry();
    AvroSerdes serdes = new AvroSerdes(config.settings(), config.serdeClass());
    Serde<ImageUrl> images = serdes.forValues(ImageUrl.class);
    Serde<AudioReference> audios = serdes.forValues(AudioReference.class);
    AudioReference audio = new AudioReference("x");

    byte[] image = images.serializer().serialize("a", IMAGE);

    assertThat(images).isInstanceOf(SwappedIn.class);
    assertThat(images.deserializer().deserialize("a", image)).isEqualTo(IMAGE);
    assertThat(audios.deserializer().deserialize("b", audios.serializer().serialize("b", audio)))
        .isEqualTo(audio);
    assertThat(((SwappedIn<?>) images).configs)
        .containsEntry("specific.avro.reader", "true")
        .as("else the schema of the generated class is registered as a second version")
        .containsEntry("avro.remove.java.properties", "true")
        .containsEntry("auto.register.schemas", "true")
        .containsEntry("schema.registry.http.read.timeout.ms", "10000")
        .as("Confluent's serdes know these without the prefix only")
        .containsEntry("latest.cache.ttl.sec", "30")
        .as("these are Kafka's own without it")
        .doesNotContainKeys("ssl.truststore.location", "url");
  }

  @Test
  void shouldConfigureTheSerdeThatIsNamed() {
    AvroSerdes serdes =
        new AvroSerdes(
            Map.of("schema.registry.url", "x", "basic.auth.user.info", new Secret("a:b")),
            NamedSerde.class.getName());

    Serde<ImageUrl> serde = serdes.forValues(ImageUrl.class);

    assertThat(((NamedSerde<?>) serde).configs)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "schema.registry.url",
                "x",
                "basic.auth.user.info",
                new Password("a:b"),
                "specific.avro.reader",
                "true",
                "avro.remove.java.properties",
                "true",
                "isKey",
                false));
    assertThat(serdes.forValues(ImageUrl.class)).isNotSameAs(serde);
  }

  @Test
  void shouldSayWhatIsWrongWithTheSerdeThatIsNamed() {
    for (String name :
        List.of(
            "io.confluent.kafka.streams.serdes.avro.NoSuchSerde",
            String.class.getName(),
            AvroSerdes.class.getName())) {
      assertThatThrownBy(() -> new AvroSerdes(Map.of(), name))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("avro.serde")
          .hasMessageContaining(name);
    }
    AvroSerdes serdes = new AvroSerdes(Map.of(), FailingSerde.class.getName());
    assertThatThrownBy(() -> serdes.forValues(ImageUrl.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not today");
  }

  /** Stands for a serde of somebody else. */
  public static class NamedSerde<T extends SpecificRecord> implements Serde<T> {

    final Map<String, Object> configs = new HashMap<>();

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
      configs.putAll(given);
      configs.put("isKey", isKey);
    }

    @Override
    public Serializer<T> serializer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Deserializer<T> deserializer() {
      throw new UnsupportedOperationException();
    }
  }

  /** Stands for Confluent's own: reads any generated record when it is told to. */
  public static final class SwappedIn<T extends SpecificRecord> implements Serde<T> {

    private final AvroSerde<T> serde = new AvroSerde<>();
    private Map<String, Object> configs = Map.of();

    @Override
    public void configure(Map<String, ?> given, boolean isKey) {
      configs = Map.copyOf(given);
      serde.configure(
          Map.of("schema.registry.url", String.valueOf(given.get("schema.registry.url"))), isKey);
    }

    @Override
    public Serializer<T> serializer() {
      return serde.serializer();
    }

    @Override
    public Deserializer<T> deserializer() {
      if (!"true".equals(configs.get("specific.avro.reader"))) {
        throw new IllegalStateException("it would read generic records");
      }
      return serde.deserializer();
    }
  }

  /** Cannot be made. */
  public static final class FailingSerde extends NamedSerde<ImageUrl> {

    /** Fails. */
    public FailingSerde() {
      throw new IllegalStateException("not today");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ImageUrl;
import io.completionworker.avro.Message;
import io.completionworker.config.WorkerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueSerdesTest {

  private static final String TOPIC = "completion-requests";
  private static final String JSON = "{\"model\":\"m\",\"messages\":[]}";

  private final String registry = "mock://" + UUID.randomUUID();

  @Test
  void shouldWriteAndReadJsonWithoutARegistry() {
    var serde = serdes("json", "").forValues(ImageUrl.class);

    byte[] bytes = serde.serializer().serialize(TOPIC, new ImageUrl("u", null));

    assertThat(bytes).asString(UTF_8).isEqualTo("{\"url\":\"u\"}");
    assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(new ImageUrl("u", null));
  }

  @Test
  void shouldWriteAvroByDefault() {
    byte[] bytes =
        serdes("", registry).forValues(ImageUrl.class).serializer().serialize(TOPIC, image());

    assertThat(bytes).startsWith(0, 0, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mock://any"})
  void shouldRefuseAvroOnATopicOfJson(String configured) {
    byte[] avro = avro();

    assertThatThrownBy(() -> requests("json", configured, false, avro))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "Cannot read a record of topic completion-requests: the value is Avro by its first byte,"
                + " and value.format is json: publish JSON, or set value.format=avro");
  }

  @ParameterizedTest
  @ValueSource(strings = {JSON, " \r\n\t" + JSON, "[]"})
  void shouldRefuseJsonOnATopicOfAvro(String json) {
    assertThatThrownBy(() -> requests("avro", registry, false, json.getBytes(UTF_8)))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "Cannot read a record of topic completion-requests: the value is JSON by its first byte,"
                + " and value.format is avro: publish Avro, or set value.format=json");
  }

  @Test
  void shouldLeaveWhatIsNeitherToTheSerdeOfTheFormat() {
    assertThatThrownBy(() -> requests("avro", registry, false, "hello".getBytes(UTF_8)))
        .hasMessageContaining("Unknown magic byte");
    assertThatThrownBy(() -> requests("json", "", false, "hello".getBytes(UTF_8)))
        .hasMessageEndingWith("the value is not valid JSON");
  }

  @Test
  void shouldReadWhatWasAcceptedBeforeTheFormatWasChanged() {
    byte[] avro = avro();

    assertThat(requests("json", registry, true, avro).getModel()).isEqualTo("m");
    assertThat(requests("json", registry, true, JSON.getBytes(UTF_8)).getModel()).isEqualTo("m");
    assertThat(requests("avro", registry, true, avro).getModel()).isEqualTo("m");
    assertThat(requests("avro", registry, true, JSON.getBytes(UTF_8)).getModel()).isEqualTo("m");
  }

  @Test
  void shouldSayThatAvroOfBeforeNeedsARegistry() {
    assertThatThrownBy(() -> requests("json", "", true, avro()))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("the value is Avro by its first byte");
  }

  private static ImageUrl image() {
    return new ImageUrl("u", "low");
  }

  private byte[] avro() {
    CompletionRequest request =
        CompletionRequest.newBuilder()
            .setModel("m")
            .setMessages(List.of(Message.newBuilder().setRole("user").build()))
            .build();
    return serdes("avro", registry)
        .forValues(CompletionRequest.class)
        .serializer()
        .serialize(TOPIC, request);
  }

  private static CompletionRequest requests(
      String format, String registry, boolean accepted, byte[] value) {
    ValueSerdes serdes = serdes(format, registry);
    return (accepted
            ? serdes.eitherFormat(CompletionRequest.class)
            : serdes.forValues(CompletionRequest.class).deserializer())
        .deserialize(TOPIC, value);
  }

  private static ValueSerdes serdes(String format, String registry) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "localhost:9092");
    environment.put("VALUE_FORMAT", format);
    environment.put("SCHEMA_REGISTRY_URL", registry);
    environment.values().removeIf(String::isEmpty);
    return ValueSerdes.of(WorkerConfig.load(Optional.empty(), environment));
  }
}

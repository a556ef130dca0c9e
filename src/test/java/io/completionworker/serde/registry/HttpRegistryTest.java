package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.error;
import static io.completionworker.serde.registry.RegistryServer.id;
import static io.completionworker.serde.registry.RegistryServer.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.serde.registry.RegistryClient.RegisteredSchema;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpRegistryTest {

  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Schema SCHEMA =
      SchemaBuilder.record("R").namespace("n").fields().requiredString("a").endRecord();

  private final RegistryServer server = new RegistryServer(id(7));
  private final HttpRegistry registry = registry(Map.of());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void shouldRegister() {
    assertThat(registry.register("topic-value", SCHEMA, true)).isEqualTo(new SchemaId(7, null));

    assertThat(server.requests())
        .containsExactly(
            new RegistryServer.Request(
                "POST /subjects/topic-value/versions?normalize=false",
                MEDIA_TYPE,
                MEDIA_TYPE,
                null,
                "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"R\\\","
                    + "\\\"namespace\\\":\\\"n\\\",\\\"fields\\\":[{\\\"name\\\":\\\"a\\\","
                    + "\\\"type\\\":\\\"string\\\"}]}\"}"));
  }

  @Test
  void shouldLookUp() {
    assertThat(registry(Map.of("normalize.schemas", true)).lookUp("topic-value", SCHEMA, true))
        .isEqualTo(new SchemaId(7, null));

    assertThat(server.lines()).containsExactly("POST /subjects/topic-value?normalize=true");
    assertThat(server.requests().get(0).body()).contains("\\\"name\\\":\\\"R\\\"");
  }

  @Test
  void shouldReadTheSchemaOfAnId() {
    server.behave(schema(SCHEMA.toString()));

    assertThat(registry.schemaById(7, "topic-value", true).schema()).isEqualTo(SCHEMA);
    assertThat(registry.schemaById(8, null, true).schema()).isEqualTo(SCHEMA);

    assertThat(server.lines())
        .containsExactly(
            "GET /schemas/ids/7?subject=topic-value&fetchMaxId=false",
            "GET /schemas/ids/8?fetchMaxId=false");
    assertThat(server.requests().get(0).accept()).isEqualTo(MEDIA_TYPE);
    assertThat(server.requests().get(0).contentType()).isNull();
  }

  @Test
  void shouldReadTheLatestVersion() {
    server.behave(answer(200, "{\"id\":3,\"version\":2,\"schema\":\"\\\"string\\\"\"}"));

    assertThat(registry.latest("s", true))
        .isEqualTo(new RegisteredSchema(new SchemaId(3, null), Schema.create(Schema.Type.STRING)));
    assertThat(server.lines()).containsExactly("GET /subjects/s/versions/latest");
  }

  @Test
  void shouldEncodeSubjects() {
    registry.register(":.context:a topic/ü", SCHEMA, true);

    assertThat(server.lines())
        .containsExactly(
            "POST /subjects/%3A.context%3Aa%20topic%2F%C3%BC/versions?normalize=false");
  }

  @Test
  void shouldResolveReferencesBeforeTheSchema() {
    server.behave(
        answer(
            200,
            "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Outer\\\",\\\"fields\\\":"
                + "[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"n.Middle\\\"},"
                + "{\\\"name\\\":\\\"b\\\",\\\"type\\\":\\\"n.R\\\"}]}\","
                + reference("middle", 2, "inner", 5)),
        answer(
            200,
            "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"n.Middle\\\","
                + "\\\"fields\\\":[{\\\"name\\\":\\\"a\\\",\\\"type\\\":\\\"n.R\\\"}]}\","
                + reference("inner", 5, "inner", 5)),
        schema(SCHEMA.toString()));

    Schema read = registry.schemaById(1, null, true).schema();

    assertThat(read.getField("a").schema().getField("a").schema()).isEqualTo(SCHEMA);
    assertThat(read.getField("b").schema()).isEqualTo(SCHEMA);
    assertThat(server.lines())
        .containsExactly(
            "GET /schemas/ids/1?fetchMaxId=false",
            "GET /subjects/middle/versions/2?deleted=true",
            "GET /subjects/inner/versions/5?deleted=true");
  }

  private static String reference(String first, int version, String second, int secondVersion) {
    String form = "{\"name\":\"x\",\"subject\":\"%s\",\"version\":%d}";
    return "\"references\":["
        + form.formatted(first, version)
        + ","
        + form.formatted(second, secondVersion)
        + "]}";
  }

  @Test
  void shouldNameTheIdAndTheCodeOfAnUnknownSchema() {
    server.behave(error(404, 40403, "Schema 9 not found"));

    assertThatThrownBy(() -> registry.schemaById(9, null, true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 9")
        .hasMessageContaining("40403");
  }

  @Test
  void shouldRefuseSchemasThatAreNoAvro() {
    server.behave(
        answer(200, "{\"schema\":\"syntax = proto3\",\"schemaType\":\"PROTOBUF\"}"),
        schema("{\"type\":\"no such type\"}"));

    assertThatThrownBy(() -> registry.schemaById(9, null, true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 9 is of type PROTOBUF");
    assertThatThrownBy(() -> registry.schemaById(9, null, true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 9 is no Avro schema");
  }

  @Test
  void shouldTakeOldSchemasThatBreakLaterRules() {
    server.behave(
        schema(
            "{\"type\":\"record\",\"name\":\"a-b\",\"fields\":"
                + "[{\"name\":\"c\",\"type\":\"int\",\"default\":\"text\"}]}"));

    assertThat(registry.schemaById(9, null, true).schema().getName()).isEqualTo("a-b");
  }

  @Test
  void shouldNotTakeAnAnswerWithoutTheFieldForFinal() {
    server.behave(answer(200, "{}"));

    assertThatThrownBy(() -> registry.schemaById(9, null, true))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThatThrownBy(() -> registry.register("s", SCHEMA, true))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private HttpRegistry registry(Map<String, ?> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("schema.registry.url", server.url() + "/");
    RegistrySettings read = RegistrySettings.from(new Settings(settings));
    return new HttpRegistry(new RegistryTransport(read, new ManualTime()), read.normalize());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import static io.completionworker.serde.registry.RegistryServer.answer;
import static io.completionworker.serde.registry.RegistryServer.error;
import static io.completionworker.serde.registry.RegistryServer.id;
import static io.completionworker.serde.registry.RegistryServer.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.serde.registry.RegistryClient.RegisteredSchema;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRegistryTest {

  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Schema SCHEMA =
      SchemaBuilder.record("R").namespace("n").fields().requiredString("a").endRecord();

  private static final UUID GUID = UUID.fromString("89791762-2336-4186-9674-299b90a802e2");

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

  @Test
  void shouldReadTheSchemaOfAGuid() {
    server.behave(schema(SCHEMA.toString()));

    assertThat(registry.schemaByGuid(GUID, "topic-value", true)).isEqualTo(SCHEMA);
    assertThat(server.lines())
        .containsExactly("GET /schemas/guids/89791762-2336-4186-9674-299b90a802e2");
  }

  /** As registries answer that have no such endpoint: some in a form of their own, some in none. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | ''",
        "404 | <html>Not Found</html>",
        "404 | {\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}",
        "404 | {\"error_code\":40403,\"message\":\"Schema not found\"}",
        "405 | ''",
        "501 | ''"
      })
  void shouldTakeAnyNotFoundOfAGuidForFinal(int status, String body) {
    server.behave(answer(status, body));

    assertThatThrownBy(() -> registry.schemaByGuid(GUID, "topic-value", true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema GUID " + GUID)
        .hasMessageContaining("HTTP " + status);
    assertThat(server.lines()).hasSize(1);
  }

  @Test
  void shouldWaitForARegistryThatCannotSayWhetherItHasAGuid() {
    for (int status : new int[] {401, 403, 429, 500, 503}) {
      server.behave(answer(status, ""));

      assertThatThrownBy(() -> registry.schemaByGuid(GUID, "topic-value", false))
          .isInstanceOf(RegistryUnavailableException.class);
    }
  }

  @Test
  void shouldTakeTheGuidThatNewerRegistriesAnswerWith() {
    server.behave(
        answer(200, "{\"id\":3,\"guid\":\"" + GUID + "\"}"),
        answer(200, "{\"id\":3,\"guid\":\"none of it\"}"),
        answer(200, "{\"guid\":\"" + GUID + "\",\"schema\":\"\\\"string\\\"\"}"));

    assertThat(registry.register("s", SCHEMA, true)).isEqualTo(new SchemaId(3, GUID));
    assertThat(registry.lookUp("s", SCHEMA, true)).isEqualTo(new SchemaId(3, null));
    assertThat(registry.schemaById(9, null, true).id()).isEqualTo(new SchemaId(9, GUID));
  }

  @Test
  void shouldLookForReferencesInTheContextOfWhatRefers() {
    server.behave(
        answer(200, "{\"schema\":\"\\\"string\\\"\"," + reference("near", 1, ":.other:far", 2)),
        schema("{\"type\":\"record\",\"name\":\"Near\",\"fields\":[]}"),
        schema("{\"type\":\"record\",\"name\":\"Far\",\"fields\":[]}"));

    registry.schemaById(1, ":.ctx:topic-value", true);

    assertThat(server.lines())
        .containsExactly(
            "GET /schemas/ids/1?subject=%3A.ctx%3Atopic-value&fetchMaxId=false",
            "GET /subjects/%3A.ctx%3Anear/versions/1?deleted=true",
            "GET /subjects/%3A.other%3Afar/versions/2?deleted=true");
  }

  @Test
  void shouldNotFollowReferencesWithoutEnd() {
    AtomicInteger version = new AtomicInteger();
    server.behave(
        exchange -> {
          int next = version.incrementAndGet();
          answer(200, "{\"schema\":\"\\\"string\\\"\"," + reference("a", next, "b", next))
              .handle(exchange);
        });

    assertThatThrownBy(() -> registry.schemaById(1, null, true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("more than 200 schemas");
    assertThat(server.requests()).hasSizeLessThan(300);
  }

  @Test
  void shouldNameTheSubjectAndTheCodeOfWhatIsMissing() {
    server.behave(
        answer(200, "{\"schema\":\"\\\"string\\\"\"," + reference("gone", 3, "gone", 3)),
        error(404, 40402, "Version 3 not found."));

    assertThatThrownBy(() -> registry.schemaById(9, "topic-value", true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("version 3 of subject gone")
        .hasMessageContaining("40402");

    server.behave(error(404, 40403, "Schema 9 not found"));
    assertThatThrownBy(() -> registry.schemaById(9, "topic-value", true))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("schema id 9 of subject topic-value")
        .hasMessageContaining("40403");
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

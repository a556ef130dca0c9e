package io.completionworker.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** The registry's REST API. Asks anew each time. */
final class HttpRegistry {

  private final RegistryTransport transport;
  private final boolean normalize;

  HttpRegistry(RegistryTransport transport, boolean normalize) {
    this.transport = transport;
    this.normalize = normalize;
  }

  int register(String subject, Schema schema, boolean patient) {
    return post(path("subjects", subject, "versions"), subject, schema, patient);
  }

  int lookUp(String subject, Schema schema, boolean patient) {
    return post(path("subjects", subject), subject, schema, patient);
  }

  RegistryClient.RegisteredSchema latest(String subject, boolean patient) {
    String about = "the latest version of subject " + subject;
    JsonNode answer =
        transport.call(path("subjects", subject, "versions", "latest"), null, about, patient);
    return new RegistryClient.RegisteredSchema(id(answer, about), schema(answer, about, patient));
  }

  Schema schemaById(int id, @Nullable String subject, boolean patient) {
    String about = "schema id " + id;
    String scope = subject == null ? "" : "subject=" + encode(subject) + "&";
    String path = path("schemas", "ids", Integer.toString(id)) + "?" + scope + "fetchMaxId=false";
    return schema(transport.call(path, null, about, patient), about, patient);
  }

  private int post(String path, String subject, Schema schema, boolean patient) {
    String about = "subject " + subject;
    String body = JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString();
    return id(transport.call(path + "?normalize=" + normalize, body, about, patient), about);
  }

  private static int id(JsonNode answer, String about) {
    JsonNode id = answer.path("id");
    if (!id.isInt()) {
      throw notARegistry(about, "id");
    }
    return id.intValue();
  }

  private Schema schema(JsonNode answer, String about, boolean patient) {
    if (!answer.path("schema").isTextual()) {
      throw notARegistry(about, "schema");
    }
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerializationException(about + " is of type " + type + ", not AVRO");
    }
    // Schemas of others are taken as they are: old ones may break rules that came later.
    Schema.Parser parser =
        new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    addReferences(answer, parser, new HashSet<>(), patient);
    return parse(parser, answer, about);
  }

  /** What a schema refers to has to be known before it is read. */
  private void addReferences(
      JsonNode answer, Schema.Parser parser, Set<String> seen, boolean patient) {
    for (JsonNode reference : answer.path("references")) {
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      String about = "version " + version + " of subject " + subject;
      if (seen.add(about)) {
        JsonNode referred =
            transport.call(path("subjects", subject, "versions", version), null, about, patient);
        addReferences(referred, parser, seen, patient);
        parse(parser, referred, about);
      }
    }
  }

  private static Schema parse(Schema.Parser parser, JsonNode answer, String about) {
    try {
      return parser.parse(answer.path("schema").asText());
    } catch (RuntimeException e) { // a null pointer among them
      throw new SerializationException(about + " is no Avro schema that can be read", e);
    }
  }

  private static RegistryUnavailableException notARegistry(String about, String field) {
    return new RegistryUnavailableException(
        "Schema registry answered without a field " + field + " for " + about);
  }

  private static String path(String... parts) {
    StringBuilder path = new StringBuilder();
    for (String part : parts) {
      path.append('/').append(encode(part));
    }
    return path.toString();
  }

  private static String encode(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

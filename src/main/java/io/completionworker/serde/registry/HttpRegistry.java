// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import io.completionworker.serde.registry.RegistryTransport.Question;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** Calls the registry's REST API, without a cache. */
final class HttpRegistry {

  /** Maximum number of referenced schemas, since each takes a call. */
  private static final int MAX_REFERENCES = 200;

  private final RegistryTransport transport;
  private final boolean normalize;

  HttpRegistry(RegistryTransport transport, boolean normalize) {
    this.transport = transport;
    this.normalize = normalize;
  }

  SchemaId register(String subject, Schema schema, boolean patient) {
    return post(path("subjects", subject, "versions"), subject, schema, patient);
  }

  SchemaId lookUp(String subject, Schema schema, boolean patient) {
    return post(path("subjects", subject), subject, schema, patient);
  }

  RegistryClient.RegisteredSchema latest(String subject, boolean patient) {
    String about = latestOf(subject);
    JsonNode answer = transport.call(latest(subject, about), patient);
    return new RegistryClient.RegisteredSchema(
        id(answer, about), schema(answer, about, subject, patient));
  }

  SubjectRegistry.Version newestVersion(String subject) {
    String about = latestOf(subject);
    JsonNode answer = transport.call(latest(subject, about), true);
    return version(answer, about, schema(answer, about, subject, true));
  }

  SubjectRegistry.Version versionOf(String subject, Schema schema) {
    String about = "subject " + subject;
    Question question = question(path("subjects", subject), schema, about);
    return version(transport.call(question, true), about, schema);
  }

  /** Asks whether the schema is compatible as the next version of the subject, with reasons. */
  JsonNode compatibility(String subject, Schema schema) {
    String path = path("compatibility", "subjects", subject, "versions", "latest");
    String about = "subject " + subject;
    return transport.call(Question.post(path + "?verbose=true", body(schema), about), true);
  }

  private static String latestOf(String subject) {
    return "the latest version of subject " + subject;
  }

  private static Question latest(String subject, String about) {
    return Question.get(path("subjects", subject, "versions", "latest"), about);
  }

  private static SubjectRegistry.Version version(JsonNode answer, String about, Schema schema) {
    JsonNode version = answer.path("version");
    if (!version.isInt()) {
      throw notARegistry(about, "version");
    }
    return new SubjectRegistry.Version(id(answer, about).id(), version.intValue(), schema);
  }

  RegistryClient.RegisteredSchema schemaById(int id, @Nullable String subject, boolean patient) {
    String about = "schema id " + id + (subject == null ? "" : " of subject " + subject);
    String scope = subject == null ? "" : "subject=" + encode(subject) + "&";
    String path = path("schemas", "ids", Integer.toString(id)) + "?" + scope + "fetchMaxId=false";
    JsonNode answer = named(Question.get(path, about), patient);
    return new RegistryClient.RegisteredSchema(
        new SchemaId(id, guid(answer)), schema(answer, about, subject, patient));
  }

  /**
   * Returns the schema of a GUID. A registry that is too old for GUIDs lacks this path, so its
   * answer (404, 405 or 501) counts as missing.
   */
  Schema schemaByGuid(UUID guid, @Nullable String subject, boolean patient) {
    String about = "schema GUID " + guid;
    JsonNode answer =
        named(
            Question.get(path("schemas", "guids", guid.toString()), about)
                .missingWith(404, 405, 501),
            patient);
    return schema(answer, about, subject, patient);
  }

  /** Asks for a schema that a record names. */
  private JsonNode named(Question question, boolean patient) {
    try {
      return transport.call(question, patient);
    } catch (RefusedException e) {
      throw e.isUnknown()
          ? new UnknownSchemaException(String.valueOf(e.getMessage()), question.about())
          : e;
    }
  }

  private SchemaId post(String path, String subject, Schema schema, boolean patient) {
    String about = "subject " + subject;
    return id(transport.call(question(path, schema, about), patient), about);
  }

  private Question question(String path, Schema schema, String about) {
    return Question.post(path + "?normalize=" + normalize, body(schema), about);
  }

  private static String body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString();
  }

  private static SchemaId id(JsonNode answer, String about) {
    JsonNode id = answer.path("id");
    if (!id.isInt()) {
      throw notARegistry(about, "id");
    }
    return new SchemaId(id.intValue(), guid(answer));
  }

  private static @Nullable UUID guid(JsonNode answer) {
    try {
      return answer.path("guid").isTextual() ? UUID.fromString(answer.path("guid").asText()) : null;
    } catch (IllegalArgumentException e) {
      return null; // only writers of GUIDs need one, and they report that it is missing
    }
  }

  private Schema schema(JsonNode answer, String about, @Nullable String subject, boolean patient) {
    if (!answer.path("schema").isTextual()) {
      throw notARegistry(about, "schema");
    }
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SerializationException(about + " is of type " + type + ", not AVRO");
    }
    // Other producers' schemas are not validated, since old ones may break rules that came later.
    Schema.Parser parser =
        new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    new References(parser, contextOf(subject), patient).addAll(answer);
    return parse(parser, answer, about);
  }

  /**
   * Parses the schemas that a schema refers to, which must be known before the schema is parsed.
   */
  private final class References {

    private final Schema.Parser parser;
    private final String context;
    private final boolean patient;
    private final Set<String> seen = new HashSet<>();

    References(Schema.Parser parser, String context, boolean patient) {
      this.parser = parser;
      this.context = context;
      this.patient = patient;
    }

    void addAll(JsonNode answer) {
      for (JsonNode reference : answer.path("references")) {
        String name = reference.path("subject").asText();
        String subject = contextOf(name).isEmpty() ? context + name : name;
        String version = reference.path("version").asText();
        if (seen.add(subject + "/" + version)) {
          add(subject, version);
        }
      }
    }

    private void add(String subject, String version) {
      String about = "version " + version + " of subject " + subject;
      if (seen.size() > MAX_REFERENCES) {
        throw new SerializationException(
            about + " is one of more than " + MAX_REFERENCES + " schemas that refer to each other");
      }
      // Old schemas may refer to versions that have been deleted since.
      String path = path("subjects", subject, "versions", version) + "?deleted=true";
      JsonNode referred = transport.call(Question.get(path, about), patient);
      addAll(referred);
      parse(parser, referred, about);
    }
  }

  /** Returns the {@code :.context:} that the subject starts with; empty if there is none. */
  private static String contextOf(@Nullable String subject) {
    if (subject == null || !subject.startsWith(":.")) {
      return "";
    }
    int end = subject.indexOf(':', 2);
    return end < 0 ? "" : subject.substring(0, end + 1);
  }

  private static Schema parse(Schema.Parser parser, JsonNode answer, String about) {
    try {
      return parser.parse(answer.path("schema").asText());
    } catch (RuntimeException | StackOverflowError e) { // includes NullPointerException
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

  /** Thrown when the registry has refused a request for good. */
  static final class RefusedException extends SerializationException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String words;

    /**
     * Creates the exception.
     *
     * @param status HTTP status
     * @param words the registry's own message; empty if it has none
     */
    RefusedException(String message, int status, String words) {
      super(message);
      this.status = status;
      this.words = words;
    }

    /** Whether the requested object does not exist. */
    boolean notFound() {
      return status == 404;
    }

    /** Whether the registry itself says so, and not a server that lacks the endpoint. */
    boolean isUnknown() {
      return notFound() && !words.isEmpty();
    }

    /** Returns the registry's own message, otherwise the message of this exception. */
    String words() {
      return words.isEmpty() ? String.valueOf(getMessage()) : words;
    }
  }
}

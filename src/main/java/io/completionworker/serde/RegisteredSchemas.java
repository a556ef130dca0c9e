// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.serde.SerdeSettings.WriterSchema;
import io.completionworker.serde.registry.Settings;
import io.completionworker.serde.registry.SubjectRegistry;
import io.completionworker.serde.registry.SubjectRegistry.Registration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.common.config.ConfigException;

/**
 * The schemas of generated records in the registry, under the subjects that the serdes use. For
 * whoever sets a registry up or looks at it before a worker starts; asks anew each time.
 *
 * <p>Throws as {@link SubjectRegistry} does.
 */
public final class RegisteredSchemas {

  private final SerdeSettings settings;
  private final SubjectRegistry registry;

  /**
   * Those of the registry of these settings. Settings of serdes that these do not know are left
   * alone. Connects to nothing yet.
   *
   * @throws ConfigException when a setting is wrong, or the registry is one in memory
   */
  public RegisteredSchemas(Map<String, ?> registrySettings) {
    Settings given = new Settings(registrySettings);
    this.settings = SerdeSettings.from(given, false);
    this.registry = SubjectRegistry.of(given);
  }

  /**
   * A version of a subject, beside the record as it is here.
   *
   * @param version its number within the subject
   * @param marked whether it has the marks of Java's code generator, so that a Java producer
   *     registered the schema of its class
   * @param unreadable what keeps the record here from reading it; empty when nothing does
   * @param unwritable what keeps it from reading the record here
   */
  public record Version(
      int id, int version, boolean marked, List<String> unreadable, List<String> unwritable) {}

  /** The schema of a record, complete in itself, as it is registered: JSON in lines. */
  public static String text(Class<?> type) {
    return SchemaFormatter.format("json/pretty", registered(type));
  }

  private static Schema registered(Class<?> type) {
    return SchemaForms.registered(SpecificData.get().getSchema(type));
  }

  /** The subject of a topic's values. */
  public String subject(String topic, Class<?> type) {
    return settings.subject(topic, registered(type).getFullName());
  }

  /** Whether a serde with these settings registers what it writes. */
  public boolean registers() {
    return settings.writing().schema() == WriterSchema.REGISTER;
  }

  /** Whether it writes with a version that has to be there already. */
  public boolean looksUp() {
    return settings.writing().schema() == WriterSchema.LOOK_UP;
  }

  /** Whether it writes with the newest version, whatever that is. */
  public boolean writesNewest() {
    return settings.writing().schema() == WriterSchema.LATEST;
  }

  /** The newest version of the subject; empty when there is none. */
  public Optional<Version> newest(String topic, Class<?> type) {
    return registry.newest(subject(topic, type)).map(found -> beside(found, registered(type)));
  }

  /** The version that has the schema of the record as it is here; empty when none has. */
  public Optional<Version> find(String topic, Class<?> type) {
    Schema schema = registered(type);
    return registry.find(subject(topic, type), schema).map(found -> beside(found, schema));
  }

  /** What the registry would say against the schema of the record; nothing when it fits. */
  public List<String> objections(String topic, Class<?> type) {
    return registry.objections(subject(topic, type), registered(type));
  }

  /** Registers the schema of the record, unless it is registered. */
  public Registration register(String topic, Class<?> type) {
    return registry.register(subject(topic, type), registered(type));
  }

  private static Version beside(SubjectRegistry.Version found, Schema here) {
    return new Version(
        found.id(),
        found.version(),
        !found.schema().equals(SchemaForms.registered(found.schema())),
        faults(here, found.schema()),
        faults(found.schema(), here));
  }

  private static List<String> faults(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(RegisteredSchemas::words)
        .toList();
  }

  private static String words(Incompatibility fault) {
    return fault.getLocation() + ": " + fault.getMessage();
  }

  /** Schemas as the registry has them. */
  static final class SchemaForms {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaForms() {}

    /**
     * The schema without the marks that the code generator leaves in it. With them it would be
     * another schema, with another id, than the one that other languages register.
     */
    static Schema registered(Schema generated) {
      try {
        JsonNode tree = JSON.readTree(generated.toString());
        removeJavaTypes(tree);
        return new Schema.Parser().parse(tree.toString());
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("A schema does not print as JSON", e);
      }
    }

    private static void removeJavaTypes(JsonNode node) {
      if (node instanceof ObjectNode object) {
        object.remove("avro.java.string");
      }
      for (JsonNode child : node) {
        removeJavaTypes(child);
      }
    }

    /** Whether the reader understands all that the writer can write. */
    static boolean canRead(Schema reader, Schema writer) {
      return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
          == SchemaCompatibilityType.COMPATIBLE;
    }
  }
}

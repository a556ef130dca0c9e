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
 * code that sets up or inspects a registry before a worker starts. Nothing is cached.
 *
 * <p>Throws the exceptions of {@link SubjectRegistry}.
 */
public final class RegisteredSchemas {

  private final SerdeSettings settings;
  private final SubjectRegistry registry;

  /**
   * Takes the settings of a registry, without a connection to it. Settings that belong to other
   * serdes are ignored.
   *
   * @throws ConfigException if a setting is invalid, or the registry is one in memory
   */
  public RegisteredSchemas(Map<String, ?> registrySettings) {
    Settings given = new Settings(registrySettings);
    this.settings = SerdeSettings.from(given, false);
    this.registry = SubjectRegistry.of(given);
  }

  /**
   * A version of a subject, compared with the local record class.
   *
   * @param version number of the version within the subject
   * @param marked whether it has the properties of Java's code generator, because a Java producer
   *     registered the schema of its class
   * @param unreadable reasons why the local record class cannot read data with this version; empty
   *     if it can
   * @param unwritable reasons why this version cannot read data of the local record class; empty if
   *     it can
   */
  public record Version(
      int id, int version, boolean marked, List<String> unreadable, List<String> unwritable) {}

  /**
   * Returns the self-contained schema of a record as it is registered, as JSON with line breaks.
   */
  public static String text(Class<?> type) {
    return SchemaFormatter.format("json/pretty", registered(type));
  }

  private static Schema registered(Class<?> type) {
    return SchemaForms.registered(SpecificData.get().getSchema(type));
  }

  /** Returns the subject of a topic's values. */
  public String subject(String topic, Class<?> type) {
    return settings.subject(topic, registered(type).getFullName());
  }

  /** Whether a serde with these settings registers the schemas that it writes. */
  public boolean registers() {
    return settings.writing().schema() == WriterSchema.REGISTER;
  }

  /** Whether a serde with these settings writes with a version that must be registered already. */
  public boolean looksUp() {
    return settings.writing().schema() == WriterSchema.LOOK_UP;
  }

  /** Whether a serde with these settings writes with the newest version, whichever it is. */
  public boolean writesNewest() {
    return settings.writing().schema() == WriterSchema.LATEST;
  }

  /** Returns the newest version of the subject; empty if there is none. */
  public Optional<Version> newest(String topic, Class<?> type) {
    return registry.newest(subject(topic, type)).map(found -> beside(found, registered(type)));
  }

  /** Returns the version with the schema of the local record class; empty if there is none. */
  public Optional<Version> find(String topic, Class<?> type) {
    Schema schema = registered(type);
    return registry.find(subject(topic, type), schema).map(found -> beside(found, schema));
  }

  /**
   * Returns the registry's objections to the record's schema as the next version; empty if it fits.
   */
  public List<String> objections(String topic, Class<?> type) {
    return registry.objections(subject(topic, type), registered(type));
  }

  /** Registers the schema of the record unless it is registered already. */
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

  /** Converts schemas to their registered form, and compares them. */
  static final class SchemaForms {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SchemaForms() {}

    /**
     * Returns the schema without the properties that Java's code generator adds. With them, it
     * would be another schema, with another id, than the one that other languages register.
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

    /** Whether the reader's schema can read all data of the writer's schema. */
    static boolean canRead(Schema reader, Schema writer) {
      return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
          == SchemaCompatibilityType.COMPATIBLE;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.serde.registry.Settings;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/**
 * How records are written and read.
 *
 * @param isKey whether they are record keys
 * @param context {@code :.context:} that stands before every subject; empty for the default one
 */
record SerdeSettings(
    boolean isKey, SubjectNameStrategy subjects, String context, Writing writing, Reading reading) {

  /**
   * How records are written.
   *
   * @param schemaId of the schema that {@link WriterSchema#BY_ID} writes with
   * @param strict whether a schema that is not the record's own must be able to read all of it
   * @param idInHeader whether the schema goes by GUID into a header, and not before the record
   */
  record Writing(WriterSchema schema, int schemaId, boolean strict, boolean idInHeader) {}

  /**
   * How records are read.
   *
   * @param idInHeader whether a header may have the schema
   * @param failOnTrailing whether bytes after a record make it unreadable
   */
  record Reading(boolean idInHeader, boolean failOnTrailing) {}

  /** Where the schema of a written record comes from. */
  enum WriterSchema {
    /** The record's own schema, registered if it was not yet. */
    REGISTER,
    /** The schema of an id, which the record is turned into. */
    BY_ID,
    /** The subject's latest version, which the record is turned into. */
    LATEST,
    /** The record's own schema, which must be registered. */
    LOOK_UP
  }

  static SerdeSettings from(Settings settings, boolean isKey) {
    String side = isKey ? "key" : "value";
    String strategy = side + ".subject.name.strategy";
    return new SerdeSettings(
        isKey,
        SubjectNameStrategy.of(strategy, settings.text(strategy, "TopicNameStrategy")),
        context(settings),
        writing(settings, side),
        new Reading(
            oneOf(
                    settings,
                    side + ".schema.id.deserializer",
                    List.of("DualSchemaIdDeserializer", "PrefixSchemaIdDeserializer"))
                .startsWith("Dual"),
            settings.flag("avro.fail.on.trailing.data", false)));
  }

  private static Writing writing(Settings settings, String side) {
    int id = settings.countOrMinusOne("use.schema.id");
    WriterSchema schema = writerSchema(settings, id);
    boolean latestStrict = settings.flag("latest.compatibility.strict", true);
    boolean idStrict = settings.flag("id.compatibility.strict", true);
    return new Writing(
        schema,
        id,
        schema == WriterSchema.BY_ID ? idStrict : latestStrict,
        oneOf(
                settings,
                side + ".schema.id.serializer",
                List.of("PrefixSchemaIdSerializer", "HeaderSchemaIdSerializer"))
            .startsWith("Header"));
  }

  /** The first that is on wins, in the order of Confluent's serdes. */
  private static WriterSchema writerSchema(Settings settings, int id) {
    boolean latest = settings.flag("use.latest.version", false);
    if (settings.flag("auto.register.schemas", true)) {
      return WriterSchema.REGISTER;
    }
    if (id >= 0) {
      return WriterSchema.BY_ID;
    }
    return latest ? WriterSchema.LATEST : WriterSchema.LOOK_UP;
  }

  /** A class of Confluent's, given with or without its package; the first is the default. */
  private static String oneOf(Settings settings, String name, List<String> classes) {
    String given = settings.text(name, classes.get(0));
    String simple = given.substring(given.lastIndexOf('.') + 1);
    if (!classes.contains(simple)) {
      throw new ConfigException(name, given, "must be " + String.join(" or ", classes));
    }
    return simple;
  }

  private static String context(Settings settings) {
    String strategy = settings.text("context.name.strategy", "NullContextNameStrategy");
    if (!strategy.endsWith("NullContextNameStrategy")) {
      settings.refuse("context.name.strategy");
    }
    String given = settings.text("context.name", "");
    String bare = given.replaceAll("^:?\\.?|:$", "");
    if (bare.isEmpty()) {
      return "";
    }
    if (bare.indexOf(':') >= 0) {
      throw new ConfigException("context.name", given, "must be a name without colons inside");
    }
    return ":." + bare + ":";
  }

  /** The subject of a record of this full name. */
  String subject(String topic, String recordName) {
    return context + subjects.subject(topic, isKey, recordName);
  }

  /** Which subject of the registry a record's schema belongs to; Confluent's three ways. */
  enum SubjectNameStrategy {
    /** One schema per topic: {@code topic-value} or {@code topic-key}. */
    TOPIC_NAME("TopicNameStrategy") {
      @Override
      String subject(String topic, boolean isKey, String recordName) {
        return topic + (isKey ? "-key" : "-value");
      }
    },
    /** One schema per record, for all topics. */
    RECORD_NAME("RecordNameStrategy") {
      @Override
      String subject(String topic, boolean isKey, String recordName) {
        return recordName;
      }
    },
    /** One schema per record and topic. */
    TOPIC_RECORD_NAME("TopicRecordNameStrategy") {
      @Override
      String subject(String topic, boolean isKey, String recordName) {
        return topic + "-" + recordName;
      }
    };

    private final String className;

    SubjectNameStrategy(String className) {
      this.className = className;
    }

    /** The subject of a record of this full name. */
    abstract String subject(String topic, boolean isKey, String recordName);

    /** The strategy of a class name, with or without its package or the word Strategy. */
    static SubjectNameStrategy of(String setting, String name) {
      String simple = name.substring(name.lastIndexOf('.') + 1);
      for (SubjectNameStrategy strategy : values()) {
        if (simple.equals(strategy.className) || (simple + "Strategy").equals(strategy.className)) {
          return strategy;
        }
      }
      throw new ConfigException(
          setting,
          name,
          "must be TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy");
    }
  }
}

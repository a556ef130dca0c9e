// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.serde.registry.Settings;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings for writing and reading records.
 *
 * @param isKey whether the records are record keys
 * @param context {@code :.context:} that precedes every subject; empty for the default context
 */
record SerdeSettings(
    boolean isKey, SubjectNameStrategy subjects, String context, Writing writing, Reading reading) {

  /**
   * The settings for writing records.
   *
   * @param schemaId id of the schema for {@link WriterSchema#BY_ID}
   * @param strict whether a schema other than the record's own must be able to read all of the
   *     record
   * @param idInHeader whether the schema's GUID goes into a header instead of an id before the
   *     record
   */
  record Writing(WriterSchema schema, int schemaId, boolean strict, boolean idInHeader) {}

  /**
   * The settings for reading records.
   *
   * @param idInHeader whether a header may name the schema
   * @param failOnTrailing whether bytes after a record make it unreadable
   */
  record Reading(boolean idInHeader, boolean failOnTrailing) {}

  /** Which schema a record is written with. */
  enum WriterSchema {
    /** The record's own schema, which is registered if it is not yet. */
    REGISTER,
    /** The schema with a configured id. The record is converted to it. */
    BY_ID,
    /** The subject's latest version. The record is converted to it. */
    LATEST,
    /** The record's own schema, which must be registered already. */
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

  /** Returns the first kind that is enabled, in the order of Confluent's serdes. */
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

  /**
   * Returns the simple name of one of Confluent's classes, given with or without its package. The
   * first class is the default.
   */
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

  /** Returns the subject of a record with this full name. */
  String subject(String topic, String recordName) {
    return context + subjects.subject(topic, isKey, recordName);
  }

  /** How the subject of a record's schema is named, in Confluent's three ways. */
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

    /** Returns the subject of a record with this full name. */
    abstract String subject(String topic, boolean isKey, String recordName);

    /** Returns the strategy of a class name, with or without its package or the suffix Strategy. */
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

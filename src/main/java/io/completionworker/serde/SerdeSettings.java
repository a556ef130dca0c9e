package io.completionworker.serde;

import io.completionworker.serde.registry.Settings;

/**
 * How records are written and read.
 *
 * @param isKey whether they are record keys
 * @param writerSchema which of the registry's schemas they are written with
 * @param latestStrict whether the latest version must be able to read what the record has
 * @param failOnTrailing whether bytes after a record make it unreadable
 */
record SerdeSettings(
    boolean isKey,
    SubjectNameStrategy subjects,
    WriterSchema writerSchema,
    boolean latestStrict,
    boolean failOnTrailing) {

  /** Confluent's default for where the id of a schema goes: before the record. */
  private static final String PREFIX_WRITER = "PrefixSchemaIdSerializer";

  /** Where the schema id of a written record comes from. */
  enum WriterSchema {
    /** The record's own schema, registered if it was not yet. */
    REGISTER,
    /** The record's own schema, which must be registered. */
    LOOK_UP,
    /** The subject's latest version, which the record is turned into. */
    LATEST
  }

  static SerdeSettings from(Settings settings, boolean isKey) {
    String side = isKey ? "key" : "value";
    String idWriter = side + ".schema.id.serializer";
    if (!settings.text(idWriter, PREFIX_WRITER).endsWith(PREFIX_WRITER)) {
      settings.refuse(idWriter);
    }
    settings.refuse("use.schema.id");
    String strategy = side + ".subject.name.strategy";
    return new SerdeSettings(
        isKey,
        SubjectNameStrategy.of(strategy, settings.text(strategy, "TopicNameStrategy")),
        writerSchema(settings),
        settings.flag("latest.compatibility.strict", true),
        settings.flag("avro.fail.on.trailing.data", false));
  }

  /** Registering wins over the latest version when both are on, as with Confluent's serdes. */
  private static WriterSchema writerSchema(Settings settings) {
    if (settings.flag("auto.register.schemas", true)) {
      return WriterSchema.REGISTER;
    }
    return settings.flag("use.latest.version", false) ? WriterSchema.LATEST : WriterSchema.LOOK_UP;
  }

  /** The subject of a record of this full name. */
  String subject(String topic, String recordName) {
    return subjects.subject(topic, isKey, recordName);
  }
}

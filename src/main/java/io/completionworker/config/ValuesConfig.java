// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * The format of record values.
 *
 * @param format format of the values on every topic except the dead letters, which keep their
 *     original bytes
 */
public record ValuesConfig(Format format) {

  /** A format in which records are written as bytes. */
  public enum Format {
    AVRO,
    JSON
  }

  public static final String FORMAT_CONFIG = "value.format";
  static final String FORMAT_DOC =
      "Format of values on every topic: `avro`, with a schema registry, or `json`, with the same"
          + " field names and without a registry.";
  static final String FORMAT_DEFAULT = "avro";

  static void define(KeyGroup group) {
    group.key(
        FORMAT_CONFIG,
        ConfigDef.Type.STRING,
        FORMAT_DEFAULT,
        Allowed.oneOf(Format.class),
        Importance.HIGH,
        FORMAT_DOC);
  }

  static ValuesConfig from(WorkerConfig config) {
    return new ValuesConfig(
        Format.valueOf(config.getString(FORMAT_CONFIG).toUpperCase(Locale.ROOT)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How requests are checked before they are sent.
 *
 * @param strictness how much is checked
 */
public record ValidationConfig(Strictness strictness) {

  /** How much of a request is checked. */
  public enum Strictness {
    STRICT,
    LENIENT
  }

  public static final String STRICTNESS_CONFIG = "validation";
  static final String STRICTNESS_DOC =
      "strict holds requests to the endpoint's reference page; lenient checks only what would"
          + " break the call, for other endpoints that speak the same language.";
  static final String STRICTNESS_DEFAULT = "strict";

  static void define(KeyGroup group) {
    group.key(
        STRICTNESS_CONFIG,
        ConfigDef.Type.STRING,
        STRICTNESS_DEFAULT,
        Allowed.oneOf(Strictness.class),
        Importance.MEDIUM,
        STRICTNESS_DOC);
  }

  static ValidationConfig from(WorkerConfig config) {
    return new ValidationConfig(
        Strictness.valueOf(config.getString(STRICTNESS_CONFIG).toUpperCase(Locale.ROOT)));
  }
}

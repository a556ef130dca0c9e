// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How requests are validated, and what responses contain.
 *
 * @param strictness how strictly requests are validated before they are sent
 * @param responseBody whether a response record contains the raw JSON answer
 */
public record RecordsConfig(Strictness strictness, boolean responseBody) {

  /** How strictly requests are validated against the endpoint's reference page. */
  public enum Strictness {
    /** Requests must follow the page. What the endpoint would refuse is refused before the call. */
    STRICT,
    /**
     * Only what would break the call itself is refused, for other endpoints with the same protocol.
     */
    LENIENT
  }

  public static final String STRICTNESS_CONFIG = "validation";
  static final String STRICTNESS_DOC =
      "`strict` checks requests by the endpoint's reference page. `lenient` checks only what would"
          + " break the call, for other endpoints with the same API.";
  static final String STRICTNESS_DEFAULT = "strict";

  public static final String BODY_CONFIG = "responses.body";
  static final String BODY_DOC =
      "Put the raw JSON answer into the response record, in addition to the typed fields.";
  static final boolean BODY_DEFAULT = true;

  static void define(KeyGroup group) {
    group
        .key(
            STRICTNESS_CONFIG,
            ConfigDef.Type.STRING,
            STRICTNESS_DEFAULT,
            Allowed.oneOf(Strictness.class),
            Importance.MEDIUM,
            STRICTNESS_DOC)
        .flag(BODY_CONFIG, BODY_DEFAULT, Importance.LOW, BODY_DOC);
  }

  static RecordsConfig from(WorkerConfig config) {
    return new RecordsConfig(
        Strictness.valueOf(config.getString(STRICTNESS_CONFIG).toUpperCase(Locale.ROOT)),
        config.getBoolean(BODY_CONFIG));
  }
}

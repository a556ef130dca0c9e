// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.KeyGroup;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * What a response record carries.
 *
 * @param body whether the raw JSON answer is in it
 */
public record ResponsesConfig(boolean body) {

  public static final String BODY_CONFIG = "responses.body";
  static final String BODY_DOC =
      "Put the raw JSON answer into the response record, beside the typed fields.";
  static final boolean BODY_DEFAULT = true;

  static void define(KeyGroup group) {
    group.flag(BODY_CONFIG, BODY_DEFAULT, Importance.LOW, BODY_DOC);
  }

  static ResponsesConfig from(WorkerConfig config) {
    return new ResponsesConfig(config.getBoolean(BODY_CONFIG));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** Names of the topics. */
public record TopicsConfig(
    String requests,
    String responses,
    String usage,
    String failures,
    String chunks,
    String usageWindows,
    String deadLetters,
    String controls,
    String spend) {

  public static final String REQUESTS_CONFIG = "topics.requests";
  static final String REQUESTS_DOC = "Topic that requests are read from.";
  static final String REQUESTS_DEFAULT = "completion-requests";

  public static final String RESPONSES_CONFIG = "topics.responses";
  static final String RESPONSES_DOC = "Topic that answers are written to.";
  static final String RESPONSES_DEFAULT = "completion-responses";

  public static final String USAGE_CONFIG = "topics.usage";
  static final String USAGE_DOC =
      "Topic with one row for each attempt that was or may have been billed.";
  static final String USAGE_DEFAULT = "completion-usage";

  public static final String FAILURES_CONFIG = "topics.failures";
  static final String FAILURES_DOC =
      "Topic of requests that ended without an answer. Each record has the original request.";
  static final String FAILURES_DEFAULT = "completion-failures";

  public static final String CHUNKS_CONFIG = "topics.chunks";
  static final String CHUNKS_DOC =
      "Topic of the parts of streamed answers, for requests with `stream=true`.";
  static final String CHUNKS_DEFAULT = "completion-chunks";

  public static final String USAGE_WINDOWS_CONFIG = "topics.usage.windows";
  static final String USAGE_WINDOWS_DOC = "Topic of usage added up by time window.";
  static final String USAGE_WINDOWS_DEFAULT = "completion-usage-windows";

  public static final String DEAD_LETTERS_CONFIG = "topics.dead.letters";
  static final String DEAD_LETTERS_DOC =
      "Topic of records that could not be decoded, byte for byte, and of the few requests that can"
          + " get no other outcome.";
  static final String DEAD_LETTERS_DEFAULT = "completion-dead-letters";

  public static final String CONTROLS_CONFIG = "topics.controls";
  static final String CONTROLS_DOC =
      "Topic of controls, with which operators cancel, pause and limit requests. It is compacted,"
          + " and every instance reads all of it.";
  static final String CONTROLS_DEFAULT = "completion-controls";

  public static final String SPEND_CONFIG = "topics.spend";
  static final String SPEND_DOC =
      "Topic of what budgets have spent. It is compacted, and every instance reads all of it."
          + " Needed only with a configured budget or with `budgets.live`.";
  static final String SPEND_DEFAULT = "completion-spend";

  static final List<String> KEYS =
      List.of(
          REQUESTS_CONFIG,
          RESPONSES_CONFIG,
          USAGE_CONFIG,
          FAILURES_CONFIG,
          CHUNKS_CONFIG,
          USAGE_WINDOWS_CONFIG,
          DEAD_LETTERS_CONFIG,
          CONTROLS_CONFIG,
          SPEND_CONFIG);

  private static final Allowed NAME =
      Allowed.text(
          "1 to 249 letters, digits, dots, underscores or dashes",
          name -> name.matches("[A-Za-z0-9._-]{1,249}") && !name.matches("\\.{1,2}"));

  /** Returns the topics that the worker writes to. */
  public List<String> outputs() {
    return List.of(responses, usage, failures, chunks, usageWindows, deadLetters);
  }

  /** Returns the same topics with another one that requests are read from. */
  TopicsConfig requests(String other) {
    return new TopicsConfig(
        other, responses, usage, failures, chunks, usageWindows, deadLetters, controls, spend);
  }

  static void define(KeyGroup group) {
    topic(group, REQUESTS_CONFIG, REQUESTS_DEFAULT, REQUESTS_DOC);
    topic(group, RESPONSES_CONFIG, RESPONSES_DEFAULT, RESPONSES_DOC);
    topic(group, USAGE_CONFIG, USAGE_DEFAULT, USAGE_DOC);
    topic(group, FAILURES_CONFIG, FAILURES_DEFAULT, FAILURES_DOC);
    topic(group, CHUNKS_CONFIG, CHUNKS_DEFAULT, CHUNKS_DOC);
    topic(group, USAGE_WINDOWS_CONFIG, USAGE_WINDOWS_DEFAULT, USAGE_WINDOWS_DOC);
    topic(group, DEAD_LETTERS_CONFIG, DEAD_LETTERS_DEFAULT, DEAD_LETTERS_DOC);
    topic(group, CONTROLS_CONFIG, CONTROLS_DEFAULT, CONTROLS_DOC);
    topic(group, SPEND_CONFIG, SPEND_DEFAULT, SPEND_DOC);
  }

  static TopicsConfig from(WorkerConfig config) {
    return new TopicsConfig(
        config.getString(REQUESTS_CONFIG),
        config.getString(RESPONSES_CONFIG),
        config.getString(USAGE_CONFIG),
        config.getString(FAILURES_CONFIG),
        config.getString(CHUNKS_CONFIG),
        config.getString(USAGE_WINDOWS_CONFIG),
        config.getString(DEAD_LETTERS_CONFIG),
        config.getString(CONTROLS_CONFIG),
        config.getString(SPEND_CONFIG));
  }

  private static void topic(KeyGroup group, String key, String defaultName, String doc) {
    group.key(key, ConfigDef.Type.STRING, defaultName, NAME, Importance.HIGH, doc);
  }
}

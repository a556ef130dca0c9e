// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * What meters distinguish. All patterns follow the rules of {@link Glob}.
 *
 * @param models patterns of the models that meters name
 * @param maxModels maximum number of models that meters name
 * @param virtualKeys patterns of the virtual keys whose limit scopes meters distinguish; may
 *     contain secrets
 * @param maxScopes maximum number of limit scopes
 * @param kafka patterns of the Kafka meters that are kept, by Micrometer's names
 */
public record MetricsConfig(
    List<String> models,
    int maxModels,
    List<String> virtualKeys,
    int maxScopes,
    List<String> kafka) {

  public static final String MODELS_CONFIG = "metrics.models";
  static final String MODELS_DOC =
      "Models that meters name, as patterns in which `*` stands for any characters. All others are"
          + " `other`.";
  static final List<String> MODELS_DEFAULT = List.of("*");

  public static final String MODELS_MAX_CONFIG = "metrics.models.max";
  static final String MODELS_MAX_DOC =
      "Maximum models that meters name: the first ones since the start. All others are `other`.";
  static final int MODELS_MAX_DEFAULT = 20;

  public static final String VIRTUAL_KEYS_CONFIG = "metrics.virtual.keys";
  static final String VIRTUAL_KEYS_DOC =
      "Virtual keys that the meters of limit scopes, breakers and tenants tell apart, as patterns"
          + " with commas between them. Meters show a hash of the key. The scopes of all other keys"
          + " are `other`; without this key, all scopes of virtual keys are.";

  public static final String SCOPES_MAX_CONFIG = "metrics.scopes.max";
  static final String SCOPES_MAX_DOC =
      "Maximum number of each that meters tell apart: limit scopes, credentials with a breaker, and"
          + " tenants. The first ones since the start are named, all others are `other`.";
  static final int SCOPES_MAX_DEFAULT = 20;

  public static final String KAFKA_CONFIG = "metrics.kafka";
  static final String KAFKA_DOC =
      "Meters of Kafka Streams and its clients to serve, as patterns of their names, such as"
          + " `kafka.consumer.fetch.manager.records.lag*`. Empty: none.";
  static final List<String> KAFKA_DEFAULT = List.of("*");

  /** The configuration if no key is set. */
  public static final MetricsConfig DEFAULT =
      new MetricsConfig(
          MODELS_DEFAULT, MODELS_MAX_DEFAULT, List.of(), SCOPES_MAX_DEFAULT, KAFKA_DEFAULT);

  private static final int MOST = 1_000;

  static void define(KeyGroup group) {
    patterns(group, MODELS_CONFIG, MODELS_DEFAULT, MODELS_DOC);
    most(group, MODELS_MAX_CONFIG, MODELS_MAX_DEFAULT, MODELS_MAX_DOC);
    group.key(
        VIRTUAL_KEYS_CONFIG,
        ConfigDef.Type.PASSWORD,
        null,
        Allowed.text("patterns with commas between them"),
        Importance.LOW,
        VIRTUAL_KEYS_DOC);
    most(group, SCOPES_MAX_CONFIG, SCOPES_MAX_DEFAULT, SCOPES_MAX_DOC);
    patterns(group, KAFKA_CONFIG, KAFKA_DEFAULT, KAFKA_DOC);
  }

  private static void patterns(KeyGroup group, String key, List<String> otherwise, String doc) {
    group.key(
        key,
        ConfigDef.Type.LIST,
        otherwise,
        Allowed.list("a list of patterns", pattern -> !pattern.isBlank()),
        Importance.LOW,
        doc);
  }

  private static void most(KeyGroup group, String key, int otherwise, String doc) {
    group.key(key, ConfigDef.Type.INT, otherwise, Allowed.between(0, MOST), Importance.LOW, doc);
  }

  static MetricsConfig from(WorkerConfig config) {
    return new MetricsConfig(
        List.copyOf(config.getList(MODELS_CONFIG)),
        config.getInt(MODELS_MAX_CONFIG),
        virtualKeys(config),
        config.getInt(SCOPES_MAX_CONFIG),
        List.copyOf(config.getList(KAFKA_CONFIG)));
  }

  private static List<String> virtualKeys(WorkerConfig config) {
    Secret given = config.secret(VIRTUAL_KEYS_CONFIG);
    return given == null
        ? List.of()
        : Arrays.stream(given.value().split(",", -1))
            .map(String::strip)
            .filter(pattern -> !pattern.isEmpty())
            .toList();
  }

  /** Leaves out the patterns of virtual keys, which may contain secrets. */
  @Override
  public String toString() {
    return "MetricsConfig[models="
        + models
        + ", maxModels="
        + maxModels
        + ", maxScopes="
        + maxScopes
        + ", kafka="
        + kafka
        + "]";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.SslConfigs;
import org.jspecify.annotations.Nullable;

/**
 * The schema registry and the serde that uses it.
 *
 * @param serdeClass class name of the Avro serde
 * @param settings settings of the serde under Confluent's names, as they were given
 */
public record RegistryConfig(String serdeClass, Map<String, String> settings) {

  public static final String URL_CONFIG = "schema.registry.url";
  static final String URL_DOC =
      "URLs of the schema registry, separated by commas. `mock://scope` keeps schemas in memory."
          + " Required unless `value.format` is `json`.";

  /** End of a message for a registry that refuses or does not answer: the settings to check. */
  public static final String SEE = "; see schema.registry.url, basic.auth.* and bearer.auth.*";

  public static final String SERDE_CONFIG = "avro.serde";
  static final String SERDE_DOC =
      "Class of the Avro serde. Confluent's, such as"
          + " `io.confluent.kafka.streams.serdes.avro.SpecificAvroSerde`, takes the same settings."
          + " The Maven profile `confluent` puts it on the class path.";
  static final String SERDE_DEFAULT = "io.completionworker.serde.AvroSerde";

  public static final String AUTO_REGISTER_CONFIG = "auto.register.schemas";
  static final String AUTO_REGISTER_DOC = "Register the schemas of the output topics.";
  static final boolean AUTO_REGISTER_DEFAULT = true;

  public static final String USE_LATEST_CONFIG = "use.latest.version";
  static final String USE_LATEST_DOC = "Write with the newest schema that the registry has.";
  static final boolean USE_LATEST_DEFAULT = false;

  public static final String LATEST_STRICT_CONFIG = "latest.compatibility.strict";
  static final String LATEST_STRICT_DOC =
      "With `use.latest.version`: check that the newest schema is compatible.";
  static final boolean LATEST_STRICT_DEFAULT = true;

  public static final String NORMALIZE_CONFIG = "normalize.schemas";
  static final String NORMALIZE_DOC = "Let the registry normalize schemas.";
  static final boolean NORMALIZE_DEFAULT = false;

  public static final String VALUE_STRATEGY_CONFIG = "value.subject.name.strategy";
  static final String VALUE_STRATEGY_DOC =
      "Class that names the subject of a value. Without it, the subject is named after the topic.";
  static final @Nullable String VALUE_STRATEGY_DEFAULT = null;

  public static final String KEY_STRATEGY_CONFIG = "key.subject.name.strategy";
  static final String KEY_STRATEGY_DOC = "Class that names the subject of a key.";
  static final @Nullable String KEY_STRATEGY_DEFAULT = null;

  public static final String READ_TIMEOUT_CONFIG = "schema.registry.http.read.timeout.ms";
  static final String READ_TIMEOUT_DOC =
      "Maximum time of one call to the registry, with its retries. All requests wait while the"
          + " worker asks for a schema, so the default is shorter than the minute of Confluent's"
          + " clients.";
  static final long READ_TIMEOUT_DEFAULT = 10_000;

  static final Allowed URLS =
      Allowed.someOf("URLs with http, https or mock", RegistryConfig::isUrl);

  private static final List<String> OPEN_PREFIXES =
      List.of("schema.registry.", "basic.auth.", "bearer.auth.");

  private static final List<String> PLAIN_KEYS =
      List.of(
          AUTO_REGISTER_CONFIG,
          USE_LATEST_CONFIG,
          LATEST_STRICT_CONFIG,
          NORMALIZE_CONFIG,
          VALUE_STRATEGY_CONFIG,
          KEY_STRATEGY_CONFIG);

  private static final String PREFIX = "schema.registry.";

  /** Settings that the worker's own serde reads only with the prefix {@code schema.registry.}. */
  private static final List<String> OWN_NAMES =
      List.of(
          "url",
          "http.connect.timeout.ms",
          "http.read.timeout.ms",
          "max.retries",
          "retries.wait.ms",
          "retries.max.wait.ms",
          "url.randomize",
          "proxy.host",
          "proxy.port",
          "context.name",
          "context.name.strategy",
          "max.schemas.per.subject",
          "latest.cache.ttl.sec",
          "missing.cache.size",
          "missing.id.cache.ttl.sec",
          "missing.version.cache.ttl.sec",
          "missing.schema.cache.ttl.sec",
          "use.schema.id",
          "id.compatibility.strict",
          "avro.fail.on.trailing.data",
          "key.schema.id.serializer",
          "value.schema.id.serializer",
          "key.schema.id.deserializer",
          "value.schema.id.deserializer");

  /**
   * Settings that the serde reads with and without that prefix. The types are those of Confluent's
   * serdes.
   */
  private static final Map<String, ConfigDef.Type> CREDENTIALS =
      Map.of(
          "basic.auth.credentials.source", ConfigDef.Type.STRING,
          "basic.auth.user.info", ConfigDef.Type.PASSWORD,
          "bearer.auth.credentials.source", ConfigDef.Type.STRING,
          "bearer.auth.token", ConfigDef.Type.PASSWORD,
          "bearer.auth.logical.cluster", ConfigDef.Type.STRING,
          "bearer.auth.identity.pool.id", ConfigDef.Type.STRING);

  private static final Map<String, ConfigDef.Type> TYPES = types();

  /** Returns every key of the registry and its serde. */
  static Set<String> known() {
    return TYPES.keySet();
  }

  /**
   * Whether the value may not be shown, because it is a password, or because it belongs to another
   * serde and may be anything.
   */
  static boolean isSecret(String key) {
    return TYPES.getOrDefault(key, ConfigDef.Type.PASSWORD) == ConfigDef.Type.PASSWORD;
  }

  private static Map<String, ConfigDef.Type> types() {
    Map<String, ConfigDef.Type> types = new TreeMap<>(CREDENTIALS);
    CREDENTIALS.forEach((name, type) -> types.put(PREFIX + name, type));
    Stream.of(OWN_NAMES, PLAIN_KEYS)
        .flatMap(Collection::stream)
        .forEach(name -> types.put(PREFIX + name, ConfigDef.Type.STRING));
    ConfigDef tls = new ConfigDef();
    SslConfigs.addClientSslSupport(tls);
    tls.configKeys().forEach((name, key) -> types.put(PREFIX + name, key.type));
    return Collections.unmodifiableMap(types);
  }

  /** Whether a key is for the registry client. */
  static boolean isOpen(String key) {
    return OPEN_PREFIXES.stream().anyMatch(key::startsWith);
  }

  static void define(KeyGroup group) {
    Importance low = Importance.LOW;
    Allowed className =
        Allowed.text("the full name of a class", name -> name.matches("[\\w$]+(\\.[\\w$]+)*"));
    group
        .key(URL_CONFIG, ConfigDef.Type.LIST, null, URLS, Importance.HIGH, URL_DOC)
        .key(SERDE_CONFIG, ConfigDef.Type.STRING, SERDE_DEFAULT, className, low, SERDE_DOC)
        .flag(AUTO_REGISTER_CONFIG, AUTO_REGISTER_DEFAULT, Importance.MEDIUM, AUTO_REGISTER_DOC)
        .flag(USE_LATEST_CONFIG, USE_LATEST_DEFAULT, low, USE_LATEST_DOC)
        .flag(LATEST_STRICT_CONFIG, LATEST_STRICT_DEFAULT, low, LATEST_STRICT_DOC)
        .flag(NORMALIZE_CONFIG, NORMALIZE_DEFAULT, low, NORMALIZE_DOC)
        .key(
            VALUE_STRATEGY_CONFIG,
            ConfigDef.Type.STRING,
            VALUE_STRATEGY_DEFAULT,
            className,
            low,
            VALUE_STRATEGY_DOC)
        .key(
            KEY_STRATEGY_CONFIG,
            ConfigDef.Type.STRING,
            KEY_STRATEGY_DEFAULT,
            className,
            low,
            KEY_STRATEGY_DOC)
        .number(
            READ_TIMEOUT_CONFIG,
            READ_TIMEOUT_DEFAULT,
            Allowed.between(1, 86_400_000),
            low,
            READ_TIMEOUT_DOC);
  }

  /**
   * Returns the settings that were given, and the read timeout. For the others, the worker's client
   * and Confluent's have their own defaults.
   */
  static RegistryConfig from(WorkerConfig config) {
    Map<String, String> settings = new TreeMap<>(config.originalsStrings());
    settings.keySet().removeIf(key -> !isSetting(key));
    settings.put(READ_TIMEOUT_CONFIG, String.valueOf(config.getLong(READ_TIMEOUT_CONFIG)));
    return new RegistryConfig(config.getString(SERDE_CONFIG), Map.copyOf(settings));
  }

  @Override
  public String toString() {
    return "RegistryConfig[" + serdeClass + ", " + new TreeSet<>(settings.keySet()) + "]";
  }

  private static boolean isSetting(String key) {
    return PLAIN_KEYS.contains(key) || isOpen(key);
  }

  private static boolean isUrl(String url) {
    return Arrays.asList("http", "https", "mock").contains(url.replaceFirst("://.+$", ""))
        && url.contains("://");
  }
}

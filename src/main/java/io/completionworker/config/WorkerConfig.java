// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.KafkaKeys.KafkaNames;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.config.source.Sources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The configuration while it is loaded. Reads a file and the environment, and yields {@link
 * WorkerSettings} or the list of all faults. No object of this type is kept.
 */
public final class WorkerConfig extends AbstractConfig {

  private static final ConfigDef DEFINITION = define();
  private static final ShownValues SHOWN = new ShownValues(DEFINITION);

  private WorkerConfig(Map<String, String> values) {
    super(DEFINITION, values, false);
  }

  /**
   * Reads and checks all settings.
   *
   * @param file a properties file
   * @param environment environment variables, which take precedence over the file
   * @throws ConfigFaultsException with every fault
   */
  public static WorkerSettings load(Optional<Path> file, Map<String, String> environment) {
    return read(file, environment).settings();
  }

  /**
   * Returns the settings in effect by key, in a form that may be shown: secrets are hidden, and
   * keys without a value are left out.
   *
   * @throws ConfigFaultsException with every fault
   */
  public static SortedMap<String, String> effective(
      Optional<Path> file, Map<String, String> environment) {
    WorkerConfig config = read(file, environment);
    SortedMap<String, String> shown = new TreeMap<>();
    config.originalsStrings().forEach((key, value) -> shown.put(key, SHOWN.of(key, value)));
    DEFINITION
        .configKeys()
        .forEach(
            (name, key) -> {
              if (key.hasDefault() && key.defaultValue != null) {
                shown.putIfAbsent(name, ConfigDef.convertToString(key.defaultValue, key.type));
              }
            });
    return shown;
  }

  /** Whether values of this key are never shown. */
  static boolean isSecret(String key) {
    return SHOWN.isSecret(key);
  }

  static ConfigDef definition() {
    return DEFINITION;
  }

  Duration millis(String key) {
    return Duration.ofMillis(getLong(key));
  }

  String text(String key) {
    return get(key).toString();
  }

  @Nullable Secret secret(String key) {
    Password password = getPassword(key);
    return password == null ? null : new Secret(password.value());
  }

  private static ConfigDef define() {
    ConfigDef definition = new ConfigDef();
    KafkaKeys.define(new KeyGroup(definition, "Kafka"));
    ValuesConfig.define(new KeyGroup(definition, "Values"));
    RegistryConfig.define(new KeyGroup(definition, "Schema registry"));
    TopicsConfig.define(new KeyGroup(definition, "Topics"));
    ClassesConfig.define(new KeyGroup(definition, "Classes of requests"));
    StartConfig.define(new KeyGroup(definition, "Start"));
    GatewayKeys.define(new KeyGroup(definition, "Gateway"));
    AsyncConfig.define(new KeyGroup(definition, "Calls in flight"));
    FairnessConfig.define(new KeyGroup(definition, "Fairness"));
    TierConfig.define(new KeyGroup(definition, "Service tiers"));
    CacheConfig.define(new KeyGroup(definition, "Answer memory"));
    DedupeConfig.define(new KeyGroup(definition, "Once per id"));
    PromptCacheConfig.define(new KeyGroup(definition, "Prompt cache"));
    RetryConfig.define(new KeyGroup(definition, "Retry"));
    StreamConfig.define(new KeyGroup(definition, "Streamed answers"));
    HoldConfig.define(new KeyGroup(definition, "Hold"));
    RateLimitConfig.define(new KeyGroup(definition, "Rate limits"));
    BreakerConfig.define(new KeyGroup(definition, "Circuit breaker"));
    RecordsConfig.define(new KeyGroup(definition, "Requests and responses"));
    UsageCostConfig.define(new KeyGroup(definition, "Usage"));
    BudgetConfig.define(new KeyGroup(definition, "Budgets"));
    UsageWindowConfig.define(new KeyGroup(definition, "Usage windows"));
    ShutdownConfig.define(new KeyGroup(definition, "Shutdown"));
    ManagementConfig.define(new KeyGroup(definition, "Management"));
    MetricsConfig.define(new KeyGroup(definition, "Metrics"));
    return definition;
  }

  private static WorkerConfig read(Optional<Path> file, Map<String, String> environment) {
    Faults faults = new Faults();
    Sources.Names names =
        new Sources.Names(
            KnownKeys.all(DEFINITION.names()), KnownKeys.open(), KnownKeys.passedOn());
    Map<String, String> values = new Sources(environment, names).read(file, faults);
    if (faults.has(Sources.FILE)) {
      stop(faults); // after a file that cannot be read, other faults would be noise
    }
    KnownKeys.check(values, DEFINITION.names(), faults);
    KafkaKeys.check(values, faults);
    HeaderKeys.check(values, faults);
    KnownKeys.checkQuotes(values, faults);
    Map<String, Object> parsed = parse(values, faults);
    OverrideKeys.check(values, parsed.get(RateLimitConfig.SCOPE_CONFIG), faults);
    BudgetConfig.check(values, faults);
    Rules.check(parsed, faults);
    TierConfig.check(values, parsed, faults);
    stop(faults);
    return new WorkerConfig(values);
  }

  private static void stop(Faults faults) {
    if (!faults.lines().isEmpty()) {
      throw new ConfigFaultsException(faults.lines());
    }
  }

  /** Returns the values that are valid on their own. The others become faults. */
  private static Map<String, Object> parse(Map<String, String> values, Faults faults) {
    Map<String, ConfigValue> checked = DEFINITION.validateAll(values);
    Map<String, Object> fine = new HashMap<>();
    for (ConfigDef.ConfigKey key : DEFINITION.configKeys().values()) {
      ConfigValue value = checked.get(key.name);
      if (value == null || faults.has(key.name)) {
        continue;
      }
      String given = values.get(key.name);
      if (value.errorMessages().isEmpty()) {
        fine.put(key.name, value.value());
      } else if (given == null || given.isEmpty()) {
        String what = given == null ? "is required" : "is empty";
        faults.add(key.name, what + "; allowed: " + key.validator);
      } else {
        faults.add(
            key.name,
            "'" + SHOWN.of(key.name, given) + "' is not allowed; allowed: " + key.validator);
      }
    }
    return fine;
  }

  private WorkerSettings settings() {
    return new WorkerSettings(
        TopicsConfig.from(this),
        ClassesConfig.from(this),
        StartConfig.from(this),
        GatewayKeys.from(this),
        AsyncConfig.from(this),
        FairnessConfig.from(this),
        TierConfig.from(this),
        CacheConfig.from(this),
        DedupeConfig.from(this),
        PromptCacheConfig.from(this),
        RetryConfig.from(this),
        HoldConfig.from(this),
        StreamConfig.from(this),
        RateLimitConfig.from(this),
        BreakerConfig.from(this),
        ShutdownConfig.from(this),
        ManagementConfig.from(this),
        MetricsConfig.from(this),
        ValuesConfig.from(this),
        RegistryConfig.from(this),
        RecordsConfig.from(this),
        UsageCostConfig.from(this),
        BudgetConfig.from(this),
        UsageWindowConfig.from(this),
        KafkaKeys.from(this));
  }

  /**
   * Hides secrets in settings that are printed. The definition of a key decides whether its value
   * is a secret, never its name. Passwords in the worker's definition or in those of Kafka's
   * clients are hidden. So is every value that no definition knows, such as the settings of another
   * serde or of a class of the user's own. Inside URLs that are shown, credentials are hidden.
   */
  static final class ShownValues {

    private static final String HIDDEN = "[hidden]";

    /** Credentials up to the last at sign of a URL. A comma and a scheme start the next URL. */
    private static final Pattern USER_INFO = Pattern.compile("//(?:(?!,\\s*\\w+://)\\S)*@");

    private final ConfigDef definition;

    /**
     * Hides secrets among the worker's own keys and the keys that it passes on.
     *
     * @param definition definition of the worker's own keys
     */
    ShownValues(ConfigDef definition) {
      this.definition = definition;
    }

    /** Returns the value in a form that may be shown. */
    String of(String key, String value) {
      return isSecret(key) ? HIDDEN : USER_INFO.matcher(value).replaceAll("//" + HIDDEN + "@");
    }

    /** Whether the whole value of this key is hidden. */
    boolean isSecret(String key) {
      ConfigDef.ConfigKey defined = definition.configKeys().get(key);
      if (defined != null) {
        return defined.type == ConfigDef.Type.PASSWORD;
      }
      if (key.startsWith(KafkaKeys.PREFIX)) {
        return KafkaNames.isSecret(key.substring(KafkaKeys.PREFIX.length()));
      }
      // headers have no definition: any of them may be a credential, so all are hidden
      if (key.startsWith(BudgetConfig.PREFIX)) {
        return BudgetConfig.isSecret(key);
      }
      return key.startsWith(OverrideKeys.PREFIX)
          ? OverrideKeys.isSecret(key)
          : RegistryConfig.isSecret(key);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.Budget.Action;
import io.completionworker.config.Budget.Period;
import io.completionworker.config.Budget.Scope;
import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * What requests may cost. {@code budget.NAME.amount} and {@code .period} say how much, {@code
 * budget.NAME.virtual.key} and the like which requests.
 *
 * @param all the configured budgets in the order of their names
 * @param live whether budgets may come from controls although none is configured
 * @param allowUnpriced whether a request without a price is called as if it cost nothing
 */
public record BudgetConfig(List<Budget> all, boolean live, boolean allowUnpriced) {

  /** No budgets, now and later. */
  public static final BudgetConfig NONE = new BudgetConfig(List.of(), false, false);

  static final String PREFIX = "budget.";

  public static final String LIVE_CONFIG = "budgets.live";
  static final String LIVE_DOC =
      "Whether controls may set budgets although none is configured. What is spent is recorded, on"
          + " `topics.spend`, only with this key or with a configured budget.";

  public static final String UNPRICED_CONFIG = "budgets.unpriced";
  static final String UNPRICED_DOC =
      "What happens to a request that a budget counts and the price file has no price for. `fail`:"
          + " it ends with `BUDGET_EXCEEDED`. `allow`: it is called as if it cost nothing.";

  private static final NamedKeys KEYS = new NamedKeys(PREFIX, "[a-z0-9][a-z0-9_-]{0,63}");
  private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}(\\.\\d{1,10})?");
  private static final Pattern PAIR = Pattern.compile("([^=]+)=(.+)");

  /** What amounts are allowed. */
  public static final String AMOUNTS =
      "a number above 0 and up to 100000000, with up to 10 decimals";

  /** The settings of one budget, with what each allows. */
  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.of(
              "amount", AMOUNTS,
              "period", "total, day or month",
              "zone", "the name of a time zone, such as Europe/Berlin or UTC",
              "action", "hold or fail",
              "virtual.key", "a pattern, in which * stands for any characters",
              "model", "a pattern, in which * stands for any characters",
              "user", "the user of requests",
              "batch", "the id of a batch",
              "metadata", "NAME=VALUE, with commas between several"));

  /** What becomes of requests without a price. */
  enum Unpriced {
    FAIL,
    ALLOW
  }

  /** Copies the list. */
  public BudgetConfig {
    all = List.copyOf(all);
  }

  /** Whether it is kept what requests cost, so that there may be budgets. */
  public boolean on() {
    return live || !all.isEmpty();
  }

  static void define(KeyGroup group) {
    group
        .flag(LIVE_CONFIG, false, Importance.MEDIUM, LIVE_DOC)
        .key(
            UNPRICED_CONFIG,
            ConfigDef.Type.STRING,
            Budget.text(Unpriced.FAIL),
            Allowed.oneOf(Unpriced.class),
            Importance.LOW,
            UNPRICED_DOC);
  }

  /** Returns what may be set of each budget: the ends of its keys. */
  static Set<String> settings() {
    return SETTINGS.keySet();
  }

  /** Whether the value may not be shown: a virtual key is a secret. */
  static boolean isSecret(String key) {
    return KEYS.setting(key)
        .filter(setting -> !setting.equals("virtual.key") && SETTINGS.containsKey(setting))
        .isEmpty();
  }

  /** Checks each budget on its own, and that there are prices if there may be budgets. */
  static void check(Map<String, String> values, Faults faults) {
    Set<String> names =
        KEYS.check(
            values,
            faults,
            (key, setting, value) -> check(key, setting, value, faults),
            "is no setting of a budget; allowed: budget.NAME.amount and the like",
            "has no amount; add .amount");
    boolean on = !names.isEmpty() || "true".equalsIgnoreCase(values.get(LIVE_CONFIG));
    if (on && !values.containsKey(UsageCostConfig.PRICES_FILE_CONFIG)) {
      faults.add(
          UsageCostConfig.PRICES_FILE_CONFIG,
          "is required, since there may be budgets; allowed: the path of a file");
    }
  }

  private static boolean check(String key, String setting, String value, Faults faults) {
    String allowed = SETTINGS.get(setting);
    if (allowed == null) {
      faults.add(
          key, "unknown setting of a budget; allowed: " + String.join(", ", SETTINGS.keySet()));
    } else if (value.isBlank()) {
      faults.add(key, "is empty; allowed: " + allowed);
    } else if (!isFine(setting, value)) {
      faults.add(key, "'" + value + "' is not allowed; allowed: " + allowed);
    }
    return setting.equals("amount");
  }

  private static boolean isFine(String setting, String value) {
    return switch (setting) {
      case "amount" -> amount(value) != null;
      case "period" -> constant(Period.class, value) != null;
      case "action" -> constant(Action.class, value) != null;
      case "zone" -> zone(value) != null;
      case "metadata" -> metadata(value) != null;
      default -> true;
    };
  }

  /** Returns the amount in a text; null if it is none. */
  public static @Nullable BigDecimal amount(String text) {
    if (!AMOUNT.matcher(text).matches()) {
      return null;
    }
    BigDecimal amount = new BigDecimal(text);
    return amount.signum() > 0 && amount.compareTo(Budget.MOST) <= 0 ? amount : null;
  }

  /** Returns the time zone of this name; null if there is none. */
  public static @Nullable ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Returns the constant that a value names; null if it names none. */
  public static <E extends Enum<E>> @Nullable E constant(Class<E> type, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return constant;
      }
    }
    return null;
  }

  private static @Nullable Map<String, String> metadata(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (String part : text.split(",", -1)) {
      Matcher pair = PAIR.matcher(part.strip());
      if (!pair.matches()) {
        return null;
      }
      pairs.put(pair.group(1).strip(), pair.group(2).strip());
    }
    return pairs;
  }

  static BudgetConfig from(WorkerConfig config) {
    return new BudgetConfig(
        from(config.originalsStrings()),
        config.getBoolean(LIVE_CONFIG),
        config.getString(UNPRICED_CONFIG).equals(Budget.text(Unpriced.ALLOW)));
  }

  /** Returns the budgets in the order of their names. The values must have been checked. */
  static List<Budget> from(Map<String, String> values) {
    List<Budget> budgets = new ArrayList<>();
    KEYS.byName(values).forEach((name, settings) -> budgets.add(budget(name, settings)));
    return budgets;
  }

  private static Budget budget(String name, Map<String, String> settings) {
    BigDecimal amount = amount(settings.getOrDefault("amount", ""));
    Period period = constant(Period.class, settings.getOrDefault("period", ""));
    Action action = constant(Action.class, settings.getOrDefault("action", ""));
    ZoneId zone = zone(settings.getOrDefault("zone", ZoneOffset.UTC.getId()));
    Map<String, String> metadata =
        settings.containsKey("metadata") ? metadata(settings.get("metadata")) : Map.of();
    return new Budget(
        name,
        amount == null ? BigDecimal.ZERO : amount,
        period == null ? Period.TOTAL : period,
        zone == null ? ZoneOffset.UTC : zone,
        action == null ? Action.HOLD : action,
        new Scope(
            settings.get("virtual.key"),
            settings.get("user"),
            settings.get("model"),
            settings.get("batch"),
            metadata == null ? Map.of() : metadata));
  }
}

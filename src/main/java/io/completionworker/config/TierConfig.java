// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The service tiers that requests try which name none.
 *
 * @param order names of at least two tiers, the cheapest first; empty if none is chosen
 * @param models patterns of the models that take part
 * @param classes names of the classes of requests that take part; empty for all
 * @param parameter name of the member of the body that names the tier
 * @param header name of the header that names it instead, in lower case, or null
 * @param patience how long a request without a deadline waits for a tier before the last
 * @param keyless whether only requests without a key take part, since those of a key wait for each
 *     other
 */
public record TierConfig(
    List<String> order,
    List<String> models,
    List<String> classes,
    String parameter,
    @Nullable String header,
    Duration patience,
    boolean keyless) {

  /** No tier is chosen. */
  public static final TierConfig OFF =
      new TierConfig(
          List.of(),
          List.of(TierConfig.MODELS_DEFAULT),
          List.of(),
          TierConfig.PARAMETER_DEFAULT,
          null,
          Duration.ofMillis(TierConfig.PATIENCE_DEFAULT),
          false);

  public static final String ORDER_CONFIG = "tier.order";
  static final String ORDER_DOC =
      "Service tiers that requests without a tier of their own try, the cheapest first, such as"
          + " `flex,default`. A request leaves a tier in time for its deadline. A refusal in one"
          + " tier delays nothing else. The last tier must serve every request; `default` stands"
          + " for naming no tier. Empty: each call names the tier that its request names. With"
          + " `async.ordering=key`, only requests without a key try tiers.";
  static final String ORDER_DEFAULT = "";

  public static final String MODELS_CONFIG = "tier.models";
  static final String MODELS_DOC =
      "Models whose requests try the tiers, as patterns in which `*` stands for any characters.";
  static final String MODELS_DEFAULT = "*";

  public static final String CLASSES_CONFIG = "tier.classes";
  static final String CLASSES_DOC =
      "Classes whose requests try the tiers, by their names in `classes`. Empty: all.";
  static final String CLASSES_DEFAULT = "";

  public static final String PARAMETER_CONFIG = "tier.parameter";
  static final String PARAMETER_DOC = "The member of the call's body that names the tier.";
  static final String PARAMETER_DEFAULT = "service_tier";

  /** The fields of requests, most of which are members of the body, but {@code service_tier}. */
  static final Set<String> TAKEN =
      Set.of(
          ("request_id deadline_ms portkey extra_body messages model n seed stop stream stream_options"
                  + " frequency_penalty presence_penalty temperature top_p logit_bias logprobs"
                  + " top_logprobs max_tokens max_completion_tokens response_format modalities audio"
                  + " prediction verbosity reasoning_effort tools tool_choice parallel_tool_calls"
                  + " functions function_call user store metadata")
              .split(" "));

  public static final String HEADER_CONFIG = "tier.header";
  static final String HEADER_DOC =
      "A header that names the tier, for an endpoint that does not take it in the body.";
  static final @Nullable String HEADER_DEFAULT = null;

  public static final String PATIENCE_CONFIG = "tier.patience.ms";
  static final String PATIENCE_DOC =
      "How long a request without a deadline waits in each tier but the last. In the first tier,"
          + " the time begins when the worker accepts the request.";
  static final long PATIENCE_DEFAULT = 600_000;

  /** Copies the lists. */
  public TierConfig {
    order = List.copyOf(order);
    models = List.copyOf(models);
    classes = List.copyOf(classes);
  }

  /** Whether tiers are chosen. */
  public boolean on() {
    return !order.isEmpty();
  }

  static void define(KeyGroup group) {
    group
        .key(
            ORDER_CONFIG,
            ConfigDef.Type.LIST,
            ORDER_DEFAULT,
            Allowed.list(
                "names of service tiers, of letters, digits, dots, dashes and underscores",
                TierConfig::isName),
            Importance.MEDIUM,
            ORDER_DOC)
        .key(
            MODELS_CONFIG,
            ConfigDef.Type.LIST,
            MODELS_DEFAULT,
            Allowed.someOf("at least one pattern", pattern -> !pattern.isBlank()),
            Importance.LOW,
            MODELS_DOC)
        .key(
            CLASSES_CONFIG,
            ConfigDef.Type.LIST,
            CLASSES_DEFAULT,
            Allowed.list("names of classes", name -> !name.isBlank()),
            Importance.LOW,
            CLASSES_DOC)
        .key(
            PARAMETER_CONFIG,
            ConfigDef.Type.STRING,
            PARAMETER_DEFAULT,
            Allowed.text(
                "a name of letters, digits, dots, dashes and underscores that no other field of"
                    + " requests has",
                name -> isName(name) && !TAKEN.contains(name)),
            Importance.LOW,
            PARAMETER_DOC)
        .key(
            HEADER_CONFIG,
            ConfigDef.Type.STRING,
            HEADER_DEFAULT,
            Allowed.text(
                "the name of a header that the worker does not set otherwise",
                HeaderKeys::mayNameTiers),
            Importance.LOW,
            HEADER_DOC)
        .key(
            PATIENCE_CONFIG,
            ConfigDef.Type.LONG,
            PATIENCE_DEFAULT,
            Allowed.between(0L, Long.MAX_VALUE / 1_000_000),
            Importance.MEDIUM,
            PATIENCE_DOC);
  }

  static TierConfig from(WorkerConfig config) {
    @Nullable String header = config.getString(HEADER_CONFIG);
    return new TierConfig(
        config.getList(ORDER_CONFIG),
        config.getList(MODELS_CONFIG),
        config.getList(CLASSES_CONFIG),
        config.getString(PARAMETER_CONFIG),
        header == null ? null : header.toLowerCase(Locale.ROOT),
        config.millis(PATIENCE_CONFIG),
        config.getString(AsyncConfig.ORDERING_CONFIG).equals("key"));
  }

  /**
   * Checks the rules between the keys.
   *
   * @param given the texts that were given, by key
   * @param values the values that are valid on their own, by key
   */
  static void check(Map<String, String> given, Map<String, Object> values, Faults faults) {
    List<String> order = texts(values, ORDER_CONFIG);
    if (order.isEmpty()) {
      needsOrder(given, values, faults);
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String name : order) {
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        faults.add(ORDER_CONFIG, name + " is named twice; allowed: each tier once");
        return;
      }
    }
    if (order.size() == 1) {
      faults.add(
          ORDER_CONFIG,
          order.get(0)
              + " is the only tier; allowed: at least two, such as flex,default. For one tier, name"
              + " it in the requests");
    }
    classesExist(values, faults);
    headerIsFree(given, values, faults);
  }

  /** A header with a fixed value would name a tier also in calls that are to name none. */
  private static void headerIsFree(
      Map<String, String> given, Map<String, Object> values, Faults faults) {
    if (values.get(HEADER_CONFIG) instanceof String header) {
      for (String key : given.keySet()) {
        if (key.equalsIgnoreCase(HeaderKeys.FIXED_PREFIX + header)) {
          faults.add(key, "sets the header that names the tier of each call, see " + HEADER_CONFIG);
        }
      }
    }
  }

  private static void needsOrder(
      Map<String, String> given, Map<String, Object> values, Faults faults) {
    for (String key :
        List.of(MODELS_CONFIG, CLASSES_CONFIG, PARAMETER_CONFIG, HEADER_CONFIG, PATIENCE_CONFIG)) {
      if (given.containsKey(key) && values.containsKey(ORDER_CONFIG)) {
        faults.add(key, "needs " + ORDER_CONFIG + ", which names no tiers");
      }
    }
  }

  private static void classesExist(Map<String, Object> values, Faults faults) {
    Object names = values.get(ClassesConfig.NAMES_CONFIG);
    if (names == null) {
      return; // a fault of its own
    }
    List<String> known = List.of(names.toString().strip().split("\\s*,\\s*"));
    for (String name : texts(values, CLASSES_CONFIG)) {
      if (!known.contains(name)) {
        String allowed =
            names.toString().isBlank()
                ? "nothing, since there is one class"
                : String.join(", ", known);
        faults.add(CLASSES_CONFIG, name + " is not a class; allowed: " + allowed);
      }
    }
  }

  private static List<String> texts(Map<String, Object> values, String key) {
    return values.get(key) instanceof Collection<?> list
        ? list.stream().map(Object::toString).toList()
        : List.of();
  }

  private static boolean isName(String text) {
    return text.matches("[A-Za-z0-9._-]{1,64}");
  }
}

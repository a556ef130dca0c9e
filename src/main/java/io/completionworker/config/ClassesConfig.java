// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The classes of requests, each with a request topic and a consumer group of its own.
 *
 * @param all at least one class, the most urgent first
 */
public record ClassesConfig(List<RequestClass> all) {

  public static final String NAMES_CONFIG = "classes";
  static final String NAMES_DOC =
      "Classes of requests, the most urgent first, such as `urgent,standard,bulk`. Each has its own"
          + " request topic: `topics.requests` for the class in `classes.default`, and"
          + " `topics.requests` with a dash and its name for each other class. Calls of a more"
          + " urgent class start first; `classes.least.share` keeps the others going. Empty: there"
          + " is one class.";
  static final String NAMES_DEFAULT = "";

  public static final String DEFAULT_CONFIG = "classes.default";
  static final String DEFAULT_DOC =
      "The class of the requests in `topics.requests`. Its group is `kafka.application.id`, so it"
          + " continues with what is stored there. The group of each other class adds a dash and"
          + " its name.";
  static final String DEFAULT_DEFAULT = "standard";

  public static final String LEAST_SHARE_CONFIG = "classes.least.share";
  static final String LEAST_SHARE_DOC =
      "Minimum shares of classes while they have requests, as percentages of the estimated tokens:"
          + " NAME=NUMBER with commas between them, such as `standard=20,bulk=5`. A class that is"
          + " not named gets 5. The most urgent class needs none. The shares of all others may add"
          + " up to 90.";
  static final String LEAST_SHARE_DEFAULT = "";

  /** The only class of a worker without classes. */
  private static final RequestClass ONLY = new RequestClass("", 0, true, 0);

  private static final int MOST_CLASSES = 8;
  private static final int USUAL_SHARE = 5;
  private static final int MOST_SHARED = 90;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?");
  private static final Pattern SHARE = Pattern.compile("([^=]+)=\\s*(\\d{1,2})");

  /** Copies the list. */
  public ClassesConfig {
    all = List.copyOf(all);
  }

  /**
   * A class of requests.
   *
   * @param name empty if there is only one class
   * @param rank 0 for the most urgent class, 1 for the next
   * @param main whether it reads {@code topics.requests} itself
   * @param leastShare percentage of the estimated tokens that it gets at least; 0 for the most
   *     urgent class
   */
  public record RequestClass(String name, int rank, boolean main, int leastShare) {

    /** Returns the name of the class's part of something that each class has: a topic, a group. */
    public String partOf(String whole) {
      return main ? whole : whole + "-" + name;
    }
  }

  /** Whether there is more than one class. */
  public boolean several() {
    return all.size() > 1;
  }

  /** Returns the class that reads {@code topics.requests} itself. */
  public RequestClass main() {
    return all.stream().filter(RequestClass::main).findFirst().orElse(ONLY);
  }

  /** Returns the class of this name; empty if there is none. */
  public Optional<RequestClass> named(String name) {
    return all.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** Returns the names of all classes, the most urgent first; empty if there is only one. */
  public List<String> names() {
    return several() ? all.stream().map(RequestClass::name).toList() : List.of();
  }

  static void define(KeyGroup group) {
    group
        .key(
            NAMES_CONFIG,
            ConfigDef.Type.STRING,
            NAMES_DEFAULT,
            Allowed.text(
                "empty, or 2 to 8 different names with commas between them, each of 1 to 30 lower"
                    + " case letters, digits and dashes, with no dash at an end",
                text -> text.isBlank() || namesIn(text) != null),
            Importance.MEDIUM,
            NAMES_DOC)
        .key(
            DEFAULT_CONFIG,
            ConfigDef.Type.STRING,
            DEFAULT_DEFAULT,
            Allowed.text("the name of a class", name -> NAME.matcher(name).matches()),
            Importance.MEDIUM,
            DEFAULT_DOC)
        .key(
            LEAST_SHARE_CONFIG,
            ConfigDef.Type.STRING,
            LEAST_SHARE_DEFAULT,
            Allowed.text(
                "empty, or NAME=NUMBER with commas between them, whole numbers from 1 to 90",
                text -> sharesIn(text) != null),
            Importance.LOW,
            LEAST_SHARE_DOC);
  }

  /** Checks the rules between the keys that are valid on their own. */
  static void check(Map<String, Object> values, Faults faults) {
    List<String> names = namesIn(String.valueOf(values.getOrDefault(NAMES_CONFIG, "")));
    if (names == null) {
      if (!String.valueOf(values.getOrDefault(LEAST_SHARE_CONFIG, "")).isBlank()) {
        faults.add(LEAST_SHARE_CONFIG, "needs " + NAMES_CONFIG + ", which names no classes");
      }
      return; // no classes, or a fault of their own
    }
    topicsAreFree(names, values, faults);
    eachPartHoldsARecord(names.size(), values, faults);
    String allowed = "; allowed: a name in " + NAMES_CONFIG + ", " + String.join(", ", names);
    Object main = values.get(DEFAULT_CONFIG);
    if (main != null && !names.contains(main.toString())) {
      faults.add(DEFAULT_CONFIG, main + " is no class" + allowed);
    }
    Map<String, Integer> shares =
        sharesIn(String.valueOf(values.getOrDefault(LEAST_SHARE_CONFIG, "")));
    if (shares == null) {
      return;
    }
    shares.keySet().stream()
        .filter(name -> !names.contains(name))
        .forEach(name -> faults.add(LEAST_SHARE_CONFIG, name + " is no class" + allowed));
    if (shares.containsKey(names.get(0))) {
      faults.add(
          LEAST_SHARE_CONFIG, names.get(0) + " is the most urgent class, which needs no share");
    }
    int sum = names.stream().skip(1).mapToInt(name -> shares.getOrDefault(name, USUAL_SHARE)).sum();
    if (sum > MOST_SHARED) {
      faults.add(
          LEAST_SHARE_CONFIG,
          "the shares of all classes but the most urgent add up to %d; allowed: up to %d"
              .formatted(sum, MOST_SHARED));
    }
  }

  private static void topicsAreFree(List<String> names, Map<String, Object> values, Faults faults) {
    Object requests = values.get(TopicsConfig.REQUESTS_CONFIG);
    for (String name : names) {
      String topic = requests + "-" + name;
      TopicsConfig.KEYS.stream()
          .filter(key -> topic.equals(values.get(key)) && !name.equals(values.get(DEFAULT_CONFIG)))
          .forEach(key -> faults.add(key, topic + " is the request topic of class " + name));
    }
  }

  /** Checks the bound of pending requests in bytes, which is divided among the classes. */
  private static void eachPartHoldsARecord(int classes, Map<String, Object> values, Faults faults) {
    Object pending = values.get(AsyncConfig.MAX_PENDING_BYTES_CONFIG);
    Object record = values.get(AsyncConfig.MAX_RECORD_BYTES_CONFIG);
    if (pending instanceof Long all && record instanceof Integer one) {
      long needed = (long) one * classes;
      if (all >= one && all < needed) {
        faults.add(
            AsyncConfig.MAX_PENDING_BYTES_CONFIG,
            "%d is too small for %d classes, which have equal parts of it; allowed: at least %d, so that each holds a record of %s"
                .formatted(all, classes, needed, AsyncConfig.MAX_RECORD_BYTES_CONFIG));
      }
    }
  }

  static ClassesConfig from(WorkerConfig config) {
    List<String> names = namesIn(config.getString(NAMES_CONFIG));
    Map<String, Integer> shares = sharesIn(config.getString(LEAST_SHARE_CONFIG));
    if (names == null || shares == null) {
      return new ClassesConfig(List.of(ONLY));
    }
    String main = config.getString(DEFAULT_CONFIG);
    List<RequestClass> all = new ArrayList<>();
    for (String name : names) {
      int rank = all.size();
      int share = rank == 0 ? 0 : shares.getOrDefault(name, USUAL_SHARE);
      all.add(new RequestClass(name, rank, name.equals(main), share));
    }
    return new ClassesConfig(all);
  }

  /** Returns the names in a text; null if it has none, or is not as the key allows. */
  private static @Nullable List<String> namesIn(String text) {
    List<String> names = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      names.add(part.strip());
    }
    boolean fine =
        names.size() > 1
            && names.size() <= MOST_CLASSES
            && new HashSet<>(names).size() == names.size()
            && names.stream().allMatch(name -> NAME.matcher(name).matches());
    return fine ? names : null;
  }

  /** Returns the shares in a text by class; null if it is not as the key allows. */
  private static @Nullable Map<String, Integer> sharesIn(String text) {
    Map<String, Integer> shares = new HashMap<>();
    if (text.isBlank()) {
      return shares;
    }
    for (String part : text.split(",", -1)) {
      Matcher matcher = SHARE.matcher(part.strip());
      int share = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
      if (share < 1 || share > MOST_SHARED || shares.put(matcher.group(1).strip(), share) != null) {
        return null;
      }
    }
    return shares;
  }
}

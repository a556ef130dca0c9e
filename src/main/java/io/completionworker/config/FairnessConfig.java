// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * Which tenants take turns, and with which weights.
 *
 * @param by what tells tenants apart: {@link #NONE}, {@link #VIRTUAL_KEY}, {@link #USER}, or {@link
 *     #METADATA_PREFIX} and a name
 * @param weights weights in the order in which they were given; the first that matches applies
 */
public record FairnessConfig(String by, List<Weight> weights) {

  /** All calls belong to one tenant. */
  public static final String NONE = "none";

  public static final String VIRTUAL_KEY = UsageWindowConfig.VIRTUAL_KEY;
  public static final String USER = UsageWindowConfig.USER;
  public static final String METADATA_PREFIX = UsageWindowConfig.METADATA_PREFIX;

  public static final String BY_CONFIG = "fairness.by";
  static final String BY_DOC =
      "What tells tenants apart: `virtual-key`, `user`, or `metadata.NAME`, a key of the request's"
          + " metadata. Tenants take turns by the estimated tokens of their calls. So a tenant with"
          + " a long backlog does not delay the others, with [few exceptions](limits.md#tenants)."
          + " With `none` there are no tenants.";

  public static final String WEIGHTS_CONFIG = "fairness.weights";
  static final String WEIGHTS_DOC =
      "Weights of tenants: PATTERN=NUMBER with commas between them, such as `gold-*=4,*=1`. In a"
          + " pattern, `*` stands for any characters. The first pattern that matches applies; a"
          + " tenant that no pattern matches has weight 1. A tenant of weight 4 gets four times the"
          + " tokens of a tenant of weight 1.";

  private static final double MOST = 1_000;

  /** In percent of all pending requests. Tenants may have half as much again for a while. */
  private static final long MOST_SHARED = 60;

  private static final Pattern WEIGHT = Pattern.compile("(.+)=\\s*(\\d{1,4}(?:\\.\\d{1,3})?)");

  /** Copies the list. */
  public FairnessConfig {
    weights = List.copyOf(weights);
  }

  /**
   * The weight of the tenants that a pattern matches.
   *
   * @param tenants pattern of their names; may contain a virtual key, which is a secret
   * @param weight greater than 0
   */
  public record Weight(Glob tenants, double weight) {}

  /** Whether there are tenants. */
  public boolean on() {
    return !by.equals(NONE);
  }

  /**
   * Returns the number of requests at hand that tenants share; 0 if there are none. It leaves room
   * for requests that are being decoded, or whose outcome is not committed yet, so that reading
   * goes on.
   */
  public int atHand(AsyncConfig async) {
    int most = async.maxPendingRecords();
    long shared = Math.min(MOST_SHARED * most / 100, Math.max(most / 2, async.enoughPending()));
    return on() ? (int) Math.max(1, shared) : 0;
  }

  /** Returns the weight of a tenant. */
  public double weight(String tenant) {
    return weights.stream()
        .filter(weight -> weight.tenants.matches(tenant))
        .findFirst()
        .map(Weight::weight)
        .orElse(1.0);
  }

  static void define(KeyGroup group) {
    group
        .key(
            BY_CONFIG,
            ConfigDef.Type.STRING,
            NONE,
            Allowed.text("none, virtual-key, user or metadata.NAME", FairnessConfig::distinguishes),
            Importance.MEDIUM,
            BY_DOC)
        .key(
            WEIGHTS_CONFIG,
            ConfigDef.Type.PASSWORD,
            null,
            Allowed.text(
                "PATTERN=NUMBER with commas between them, numbers above 0 and up to 1000",
                text -> parse(text) != null),
            Importance.LOW,
            WEIGHTS_DOC);
  }

  static FairnessConfig from(WorkerConfig config) {
    Secret text = config.secret(WEIGHTS_CONFIG);
    List<Weight> weights = text == null ? null : parse(text.value());
    return new FairnessConfig(config.getString(BY_CONFIG), weights == null ? List.of() : weights);
  }

  private static boolean distinguishes(String by) {
    return by.equals(NONE)
        || by.equals(VIRTUAL_KEY)
        || by.equals(USER)
        || (by.startsWith(METADATA_PREFIX) && by.length() > METADATA_PREFIX.length());
  }

  /** Returns the weights in a text; null if it is not as the key allows. */
  private static @Nullable List<Weight> parse(String text) {
    List<Weight> weights = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = WEIGHT.matcher(part.strip());
      double weight = matcher.matches() ? Double.parseDouble(matcher.group(2)) : 0;
      if (weight <= 0 || weight > MOST) {
        return null;
      }
      weights.add(new Weight(new Glob(matcher.group(1).strip()), weight));
    }
    return weights;
  }
}

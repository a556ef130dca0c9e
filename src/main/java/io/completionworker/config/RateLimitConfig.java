// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How much of the provider's limits the worker may use. The limits are those of the account, and
 * every instance takes its share of them.
 *
 * @param scope what has limits of its own
 * @param limits limits of every scope that no override matches
 * @param overrides overrides in the order of their names; the first one that matches a scope
 *     applies
 * @param burst how much of a limit may be used at once after a pause, as a time
 * @param refund whether tokens that a call reserved and did not use are given back
 * @param outputTokens completion tokens to expect for a request that sets no maximum
 * @param share the share of the limits that this instance takes
 * @param growDelay how long an instance waits before it uses a larger share, since the previous
 *     owner may not have noticed its loss yet
 * @param lendAfter how long a partition must be without work before its share is lent; zero for
 *     never
 */
public record RateLimitConfig(
    Scope scope,
    Limits limits,
    List<ScopeLimits> overrides,
    Duration burst,
    boolean refund,
    int outputTokens,
    Share share,
    Duration growDelay,
    Duration lendAfter) {

  /** What has a limit of its own. */
  public enum Scope {
    /** All calls together. */
    WORKER,
    /** Calls of one virtual key. */
    VIRTUAL_KEY,
    /** Calls of one model. */
    MODEL,
    /** Calls of one model with one virtual key. */
    VIRTUAL_KEY_MODEL;

    /** Returns the value that configures this scope. */
    public String text() {
      return this == VIRTUAL_KEY_MODEL
          ? "virtual-key+model"
          : name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** The share of the limits that an instance takes. */
  public enum Share {
    /** The instance's share of the partitions of the request topic. */
    PARTITIONS,
    /** The limits as a whole, for topics keyed so that each scope lives on one partition. */
    WHOLE
  }

  /**
   * Limits of the scopes that match both patterns.
   *
   * @param name name of the override
   * @param virtualKey pattern of virtual keys, in which {@code *} stands for any characters
   * @param model pattern of models, of the same form
   * @param limits limits that replace the default ones as a whole
   */
  public record ScopeLimits(String name, String virtualKey, String model, Limits limits) {

    /** Returns the key of one of its limits, such as that of {@link Limits#TOKENS_PER_MINUTE}. */
    public String key(String limit) {
      return OverrideKeys.PREFIX + name + "." + limit;
    }

    /** Leaves out the pattern of virtual keys, which may contain a secret. */
    @Override
    public String toString() {
      return "ScopeLimits[" + name + "]";
    }
  }

  public static final String SCOPE_CONFIG = "rate.limit.scope";
  static final String SCOPE_DOC =
      "Which calls share limits. With `worker`, all of them do. With `virtual-key`, `model` or"
          + " `virtual-key+model`, each virtual key, model or pair of both has its own limits.";
  static final String SCOPE_DEFAULT = "worker";

  public static final String BURST_CONFIG = "rate.limit.burst.ms";
  static final String BURST_DOC =
      "How much of a limit may be used at once after a pause: what it allows in this time, and at"
          + " least one call.";
  static final long BURST_DEFAULT = 1_000;

  public static final String REFUND_CONFIG = "rate.limit.tokens.refund";
  static final String REFUND_DOC =
      "Whether other calls can use the tokens that a call reserved and did not use. Turn it off for"
          + " providers that charge the reservation.";
  static final boolean REFUND_DEFAULT = true;

  public static final String OUTPUT_TOKENS_CONFIG = "rate.limit.output.tokens.default";
  static final String OUTPUT_TOKENS_DOC =
      "Completion tokens to reserve for a request that sets neither `max_completion_tokens` nor"
          + " `max_tokens`.";
  static final int OUTPUT_TOKENS_DEFAULT = 1_024;

  public static final String SHARE_CONFIG = "rate.limit.share";
  static final String SHARE_DOC =
      "An instance's part of the limits. `partitions`: its part of the partitions of the request"
          + " topic. `whole`: all, for topics keyed so that all requests of a scope are on one"
          + " partition.";
  static final String SHARE_DEFAULT = "partitions";

  public static final String GROW_DELAY_CONFIG = "rate.limit.share.grow.delay.ms";
  static final String GROW_DELAY_DOC =
      "How long an instance waits before it uses a larger share, because the instance that lost it"
          + " may not know yet. A smaller share holds at once.";
  static final long GROW_DELAY_DEFAULT = 3_000;

  public static final String LEND_AFTER_CONFIG = "rate.limit.share.lend.after.ms";
  static final String LEND_AFTER_DOC =
      "A partition without work for this long lends most of its part of the limits to partitions"
          + " with work, on any instance. It must be the same on all instances of a worker. 0:"
          + " nothing is lent.";
  static final long LEND_AFTER_DEFAULT = 60_000;
  private static final long LEND_AFTER_LEAST = 20_000;
  private static final long LEND_AFTER_MOST = 3_600_000;

  static void define(KeyGroup group) {
    group.key(
        SCOPE_CONFIG,
        ConfigDef.Type.STRING,
        SCOPE_DEFAULT,
        Allowed.text(
            "worker, virtual-key, model or virtual-key+model",
            text -> List.of(Scope.values()).stream().anyMatch(scope -> scope.text().equals(text))),
        Importance.HIGH,
        SCOPE_DOC);
    Limits.define(group);
    definePacing(group);
    defineShare(group);
  }

  private static void definePacing(KeyGroup group) {
    group
        .number(
            BURST_CONFIG, BURST_DEFAULT, Allowed.between(0, 60_000), Importance.MEDIUM, BURST_DOC)
        .flag(REFUND_CONFIG, REFUND_DEFAULT, Importance.MEDIUM, REFUND_DOC)
        .key(
            OUTPUT_TOKENS_CONFIG,
            ConfigDef.Type.INT,
            OUTPUT_TOKENS_DEFAULT,
            Allowed.between(0, 10_000_000),
            Importance.MEDIUM,
            OUTPUT_TOKENS_DOC);
  }

  private static void defineShare(KeyGroup group) {
    group
        .key(
            SHARE_CONFIG,
            ConfigDef.Type.STRING,
            SHARE_DEFAULT,
            Allowed.oneOf(Share.class),
            Importance.MEDIUM,
            SHARE_DOC)
        .number(
            GROW_DELAY_CONFIG,
            GROW_DELAY_DEFAULT,
            Allowed.between(0, 600_000),
            Importance.LOW,
            GROW_DELAY_DOC)
        .number(
            LEND_AFTER_CONFIG,
            LEND_AFTER_DEFAULT,
            Allowed.text(
                "0 or a whole number from " + LEND_AFTER_LEAST + " to " + LEND_AFTER_MOST,
                RateLimitConfig::mayLendAfter),
            Importance.LOW,
            LEND_AFTER_DOC);
  }

  /**
   * Whether this time is allowed. Waiting work is certain to be seen only every ten seconds, so a
   * positive time below the minimum is refused.
   */
  private static boolean mayLendAfter(String millis) {
    long number = Long.parseLong(millis);
    return number == 0 || (number >= LEND_AFTER_LEAST && number <= LEND_AFTER_MOST);
  }

  static RateLimitConfig from(WorkerConfig config) {
    String scope = config.getString(SCOPE_CONFIG);
    return new RateLimitConfig(
        List.of(Scope.values()).stream()
            .filter(one -> one.text().equals(scope))
            .findFirst()
            .orElseThrow(),
        Limits.from(config.values()),
        OverrideKeys.from(config.originalsStrings()),
        config.millis(BURST_CONFIG),
        config.getBoolean(REFUND_CONFIG),
        config.getInt(OUTPUT_TOKENS_CONFIG),
        Share.valueOf(config.getString(SHARE_CONFIG).toUpperCase(Locale.ROOT)),
        config.millis(GROW_DELAY_CONFIG),
        config.millis(LEND_AFTER_CONFIG));
  }
}

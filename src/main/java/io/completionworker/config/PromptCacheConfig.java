// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * The order of calls that share the beginning of their prompts.
 *
 * @param on whether calls wait for the first one with their prefix
 * @param minTokens the shortest prefix that calls wait for, in estimated tokens
 * @param maxWait how long a call waits at most, in all
 * @param warm how long a prefix counts as cached after a call with it
 * @param maxPrefixes limit on the number of prefixes that are remembered
 */
public record PromptCacheConfig(
    boolean on, int minTokens, Duration maxWait, Duration warm, int maxPrefixes) {

  /** Calls do not wait for each other. */
  public static final PromptCacheConfig OFF =
      new PromptCacheConfig(
          false,
          PromptCacheConfig.MIN_TOKENS_DEFAULT,
          Duration.ofMillis(PromptCacheConfig.MAX_WAIT_DEFAULT),
          Duration.ofMillis(PromptCacheConfig.WARM_DEFAULT),
          PromptCacheConfig.MAX_PREFIXES_DEFAULT);

  public static final String ORDER_CONFIG = "prompt.cache.order";
  static final String ORDER_DOC =
      "With `true`, the first of several requests whose prompts begin alike is called alone. The"
          + " others follow when it has answered, because then the provider has the shared part in"
          + " its cache. For providers that charge less for cached tokens.";
  static final boolean ORDER_DEFAULT = false;

  public static final String MIN_TOKENS_CONFIG = "prompt.cache.min.tokens";
  static final String MIN_TOKENS_DOC =
      "Minimum length of a prefix that requests wait for, in tokens estimated by size. A prefix is"
          + " the beginning of a prompt. Most providers cache nothing shorter than 1024 tokens.";
  static final int MIN_TOKENS_DEFAULT = 1_024;

  public static final String MAX_WAIT_CONFIG = "prompt.cache.wait.max.ms";
  static final String MAX_WAIT_DOC =
      "How long a request waits in all for calls that fill the cache. It also stops waiting for"
          + " such a call when that call has been open for this long. Then the request is called in"
          + " any case.";
  static final long MAX_WAIT_DEFAULT = 10_000;

  public static final String WARM_CONFIG = "prompt.cache.warm.ms";
  static final String WARM_DOC =
      "How long the provider is expected to keep a prefix after the last call with it. Until then,"
          + " no request waits for that prefix.";
  static final long WARM_DEFAULT = 300_000;

  public static final String MAX_PREFIXES_CONFIG = "prompt.cache.max.prefixes";
  static final String MAX_PREFIXES_DOC =
      "Maximum prefixes that this instance remembers as cached. Each takes about 200 bytes of"
          + " memory, and a request has up to eight. Those that are used least are dropped first.";
  static final int MAX_PREFIXES_DEFAULT = 100_000;

  static void define(KeyGroup group) {
    group
        .flag(ORDER_CONFIG, ORDER_DEFAULT, Importance.MEDIUM, ORDER_DOC)
        .key(
            MIN_TOKENS_CONFIG,
            ConfigDef.Type.INT,
            MIN_TOKENS_DEFAULT,
            Allowed.between(1L, 10_000_000L),
            Importance.LOW,
            MIN_TOKENS_DOC)
        .key(
            MAX_WAIT_CONFIG,
            ConfigDef.Type.LONG,
            MAX_WAIT_DEFAULT,
            Allowed.between(1L, Long.MAX_VALUE / 1_000_000),
            Importance.LOW,
            MAX_WAIT_DOC)
        .key(
            WARM_CONFIG,
            ConfigDef.Type.LONG,
            WARM_DEFAULT,
            Allowed.between(1L, Long.MAX_VALUE / 1_000_000),
            Importance.LOW,
            WARM_DOC)
        .key(
            MAX_PREFIXES_CONFIG,
            ConfigDef.Type.INT,
            MAX_PREFIXES_DEFAULT,
            Allowed.between(1L, Integer.MAX_VALUE),
            Importance.LOW,
            MAX_PREFIXES_DOC);
  }

  static PromptCacheConfig from(WorkerConfig config) {
    return new PromptCacheConfig(
        config.getBoolean(ORDER_CONFIG),
        config.getInt(MIN_TOKENS_CONFIG),
        config.millis(MAX_WAIT_CONFIG),
        config.millis(WARM_CONFIG),
        config.getInt(MAX_PREFIXES_CONFIG));
  }
}

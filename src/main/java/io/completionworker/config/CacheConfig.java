// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.Locale;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * The answer memory of an instance.
 *
 * @param ttl how long an answer is given again; zero if no answers are remembered
 * @param maxBytes limit on the memory that remembered answers take, in bytes
 * @param scope whose answers a request may get
 */
public record CacheConfig(Duration ttl, long maxBytes, Scope scope) {

  /** No answers are remembered. */
  public static final CacheConfig OFF =
      new CacheConfig(Duration.ZERO, CacheConfig.MAX_BYTES_DEFAULT, Scope.CREDENTIAL);

  /** Whose answers a request may get. */
  public enum Scope {
    /** Those of requests with the same credential. */
    CREDENTIAL,
    /** Those of all requests, whatever their virtual key. */
    ALL
  }

  public static final String TTL_CONFIG = "cache.ttl.ms";
  static final String TTL_DOC =
      "How long after it came an answer is given again to identical requests. While the first of"
          + " these requests is being called, the others wait for its answer. 0: no answer is"
          + " remembered.";

  public static final String MAX_BYTES_CONFIG = "cache.max.bytes";
  static final String MAX_BYTES_DOC =
      "Maximum memory for remembered answers on this instance. Each answer counts four times its"
          + " size plus 1 KiB. Answers that are asked for least are dropped first.";
  static final long MAX_BYTES_DEFAULT = 67_108_864;

  public static final String SCOPE_CONFIG = "cache.scope";
  static final String SCOPE_DOC =
      "Who gets a remembered answer. `credential`: requests with the same credential as the request"
          + " that was called. `all`: also requests with another virtual key.";
  static final String SCOPE_DEFAULT = "credential";

  /** Whether answers are remembered. */
  public boolean on() {
    return !ttl.isZero();
  }

  static void define(KeyGroup group) {
    group
        .key(
            TTL_CONFIG,
            ConfigDef.Type.LONG,
            0L,
            Allowed.between(0L, Long.MAX_VALUE / 1_000_000),
            Importance.MEDIUM,
            TTL_DOC)
        .key(
            MAX_BYTES_CONFIG,
            ConfigDef.Type.LONG,
            MAX_BYTES_DEFAULT,
            Allowed.between(1L, Long.MAX_VALUE),
            Importance.LOW,
            MAX_BYTES_DOC)
        .key(
            SCOPE_CONFIG,
            ConfigDef.Type.STRING,
            SCOPE_DEFAULT,
            Allowed.oneOf(Scope.class),
            Importance.LOW,
            SCOPE_DOC);
  }

  static CacheConfig from(WorkerConfig config) {
    return new CacheConfig(
        config.millis(TTL_CONFIG),
        config.getLong(MAX_BYTES_CONFIG),
        Scope.valueOf(config.getString(SCOPE_CONFIG).toUpperCase(Locale.ROOT)));
  }
}

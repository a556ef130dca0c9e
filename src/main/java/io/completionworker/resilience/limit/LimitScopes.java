// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Fingerprint;
import io.completionworker.config.Glob;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which limit scope a call belongs to and which limits the scope has. Used on the
 * dispatcher's thread only.
 *
 * <p>A call without a virtual key belongs to a scope of its own, which only the pattern {@code *}
 * matches. Scope names are shown in logs, so they have a hash in place of the virtual key.
 */
final class LimitScopes {

  private static final int REMEMBERED = 10_000;
  private static final int HASH_BYTES = 8;

  private final RateLimitConfig.Scope scope;
  private final Rule byDefault;
  private final List<Pattern> patterns;

  /**
   * A cache that saves hashing for each call. It is bounded because there may be millions of
   * virtual keys.
   */
  private final Map<CallScope, Rule> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<CallScope, Rule> eldest) {
          return size() > REMEMBERED;
        }
      };

  LimitScopes(RateLimitConfig.Scope scope, Limits limits, List<RateLimitConfig.ScopeLimits> given) {
    this.scope = scope;
    this.byDefault = new Rule("", limits, null);
    this.patterns =
        given.stream()
            .map(one -> new Pattern(new Glob(one.virtualKey()), new Glob(one.model()), one))
            .toList();
  }

  /** Returns the scope of a call, with its limits. */
  Rule of(CallScope call) {
    Rule rule = known.get(call);
    if (rule == null) {
      rule = limits(call).named(name(call));
      known.put(call, rule);
    }
    return rule;
  }

  /** Returns the virtual key that identifies the scope of a call; null if none does. */
  @Nullable String virtualKey(CallScope call) {
    return byVirtualKey() ? call.virtualKey() : null;
  }

  private Rule limits(CallScope call) {
    String virtualKey = call.virtualKey() == null ? "" : call.virtualKey();
    for (Pattern pattern : patterns) {
      if ((!byVirtualKey() || pattern.virtualKey.matches(virtualKey))
          && (!byModel() || pattern.model.matches(call.model()))) {
        return new Rule("", pattern.given.limits(), pattern.given);
      }
    }
    return byDefault;
  }

  private String name(CallScope call) {
    String key =
        call.virtualKey() == null
            ? "no virtual key"
            : "virtual key " + Fingerprint.of(call.virtualKey(), HASH_BYTES);
    return switch (scope) {
      case WORKER -> "worker";
      case VIRTUAL_KEY -> key;
      case MODEL -> "model " + call.model();
      case VIRTUAL_KEY_MODEL -> key + ", model " + call.model();
    };
  }

  private boolean byVirtualKey() {
    return scope == RateLimitConfig.Scope.VIRTUAL_KEY
        || scope == RateLimitConfig.Scope.VIRTUAL_KEY_MODEL;
  }

  private boolean byModel() {
    return scope == RateLimitConfig.Scope.MODEL || scope == RateLimitConfig.Scope.VIRTUAL_KEY_MODEL;
  }

  /**
   * A limit scope and its limits.
   *
   * @param name a unique name without secrets
   * @param override the override that the limits come from, or null for the default limits
   */
  record Rule(String name, Limits limits, RateLimitConfig.@Nullable ScopeLimits override) {

    /** Whether the scope has any limit. */
    boolean limited() {
      return !limits.equals(Limits.NONE);
    }

    /** Returns the configuration key that sets this limit of the scope. */
    String key(String limit) {
      return override == null ? Limits.key(limit) : override.key(limit);
    }

    private Rule named(String scope) {
      return new Rule(scope, limits, override);
    }
  }

  private record Pattern(Glob virtualKey, Glob model, RateLimitConfig.ScopeLimits given) {}
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.estimate;

import io.completionworker.config.Glob;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.RateLimitConfig.ScopeLimits;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shortest time in which the configured limits let requests be called, by all instances
 * together. Scopes are worked off side by side, so the slowest one decides. How long calls take,
 * retries, limits from controls and other users of the account are not in it. For one thread.
 */
final class LeastTime {

  private final RateLimitConfig config;
  private final List<Replaced> overrides;
  private final Map<ScopeOf, Work> scopes = new HashMap<>();

  LeastTime(RateLimitConfig config) {
    this.config = config;
    this.overrides = config.overrides().stream().map(Replaced::of).toList();
  }

  /**
   * A time and what sets it.
   *
   * @param limit the key of the limit
   * @param rate what it allows
   */
  record Bound(Duration time, String limit, double rate) {}

  /** Adds a request and the tokens that it uses. */
  void add(@Nullable String virtualKey, String model, long input, long output) {
    ScopeOf scope =
        switch (config.scope()) {
          case WORKER -> new ScopeOf(null, "");
          case VIRTUAL_KEY -> new ScopeOf(virtualKey, "");
          case MODEL -> new ScopeOf(null, model);
          case VIRTUAL_KEY_MODEL -> new ScopeOf(virtualKey, model);
        };
    scopes.computeIfAbsent(scope, none -> new Work()).add(input, output);
  }

  /** Returns the longest of the times that the limits ask for; empty if there is no such limit. */
  Optional<Bound> bound() {
    return scopes.entrySet().stream()
        .flatMap(scope -> bounds(scope.getKey(), scope.getValue()))
        .max(Comparator.comparing(Bound::time));
  }

  private Stream<Bound> bounds(ScopeOf scope, Work work) {
    return overrides.stream()
        .filter(override -> override.matches(scope))
        .findFirst()
        .map(override -> work.bounds(override.limits(), override.key()))
        .orElseGet(() -> work.bounds(config.limits(), Limits::key))
        .stream();
  }

  /** What shares limits. Not shown, since a virtual key is a secret. */
  private record ScopeOf(@Nullable String virtualKey, String model) {}

  /** Limits of the scopes that match both patterns, in place of the default ones. */
  private record Replaced(Glob virtualKey, Glob model, Limits limits, UnaryOperator<String> key) {

    static Replaced of(ScopeLimits given) {
      return new Replaced(
          new Glob(given.virtualKey()), new Glob(given.model()), given.limits(), given::key);
    }

    boolean matches(ScopeOf scope) {
      String key = scope.virtualKey() == null ? "" : scope.virtualKey();
      return virtualKey.matches(key) && model.matches(scope.model());
    }
  }

  /** What the requests of one scope need. */
  private static final class Work {

    private long requests;
    private long input;
    private long output;

    void add(long moreInput, long moreOutput) {
      requests++;
      input += moreInput;
      output += moreOutput;
    }

    List<Bound> bounds(Limits limits, UnaryOperator<String> key) {
      return limits.rates().stream().map(rate -> bound(rate, key.apply(rate.name()))).toList();
    }

    private Bound bound(Limits.Rate rate, String key) {
      double amount = rate.counts().of(requests, input, output);
      long needed = (long) Math.ceil(amount / rate.most() * rate.time().toSeconds());
      return new Bound(Duration.ofSeconds(needed), key, rate.most());
    }
  }
}

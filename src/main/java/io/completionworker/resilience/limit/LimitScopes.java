// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import static io.completionworker.config.RateLimitConfig.SCOPE_CONFIG;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.CompletionCall.TokenEstimate;
import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.Outcome;
import io.completionworker.config.Glob;
import io.completionworker.config.Limits;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import io.completionworker.resilience.ScopeAllowance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which limit scope a call belongs to and which limits the scope has. Used on the
 * dispatcher's thread only.
 *
 * <p>The limits are those of the most specific control that matches the scope. If none does, they
 * are those of the first override that matches, or else the default ones.
 *
 * <p>A call without a virtual key belongs to a scope of its own, which only the pattern {@code *}
 * matches. Scope names are shown in logs, so they have a hash in place of the virtual key.
 */
final class LimitScopes {

  private static final int REMEMBERED = 10_000;
  private static final int HASH_BYTES = 8;

  /** The last comparison has all instances choose the same control. */
  private static final Comparator<Control.Limit> MOST_SPECIFIC =
      Comparator.comparingInt((Control.Limit control) -> Pattern.of(control).literals())
          .reversed()
          .thenComparingInt(control -> Pattern.of(control).wildcards())
          .thenComparing(control -> control.origin().createdAt(), Comparator.reverseOrder())
          .thenComparing(control -> control.origin().id());

  private final RateLimitConfig.Scope scope;
  private final List<Pattern> configured;
  private List<Pattern> patterns;

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
    this.configured =
        Stream.concat(given.stream().map(Pattern::of), Stream.of(Pattern.byDefault(limits)))
            .toList();
    this.patterns = configured;
  }

  /**
   * Replaces the controls, which come before what is configured. A control that selects by what
   * scopes do not distinguish has no effect.
   *
   * @return the ids of the controls without an effect, each with the reason in words
   */
  Map<String, String> replace(List<Control.Limit> controls) {
    Map<String, String> useless = new HashMap<>();
    List<Pattern> replaced = new ArrayList<>();
    for (Control.Limit control : controls.stream().sorted(MOST_SPECIFIC).toList()) {
      String extra = undistinguished(control.selector());
      if (extra == null) {
        replaced.add(Pattern.of(control));
      } else {
        String why = "it selects by " + extra + ", and " + SCOPE_CONFIG + " is " + scope.text();
        useless.put(control.origin().id(), why);
      }
    }
    replaced.addAll(configured);
    patterns = replaced;
    known.clear();
    return Map.copyOf(useless);
  }

  private @Nullable String undistinguished(Selector selector) {
    if (!byVirtualKey() && !Pattern.any(selector.virtualKey())) {
      return "virtual key";
    }
    return byModel() || Pattern.any(selector.model()) ? null : "model";
  }

  /** Returns the scope of a call, with its limits. */
  Rule of(CallScope call) {
    Rule rule = known.get(call);
    if (rule == null) {
      Pattern pattern = pattern(call);
      rule = new Rule(name(call), pattern.limits, pattern.source);
      known.put(call, rule);
    }
    return rule;
  }

  /** Returns the virtual key that identifies the scope of a call; null if none does. */
  @Nullable String virtualKey(CallScope call) {
    return byVirtualKey() ? call.virtualKey() : null;
  }

  private Pattern pattern(CallScope call) {
    String virtualKey = call.virtualKey() == null ? "" : call.virtualKey();
    for (Pattern pattern : patterns) {
      if ((!byVirtualKey() || pattern.virtualKey.matches(virtualKey))
          && (!byModel() || pattern.model.matches(call.model()))) {
        return pattern;
      }
    }
    throw new IllegalStateException("The default limits match every scope");
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
   * @param from where the limits come from
   */
  record Rule(String name, Limits limits, Source from) {

    /** Whether the scope has any limit. */
    boolean limited() {
      return !limits.equals(Limits.NONE);
    }

    /** Returns what sets this limit of the scope: a configuration key or a control. */
    String source(String limit) {
      return from.of(limit);
    }

    /** Returns what an instance with this share may do with calls of this size. */
    ScopeAllowance allowance(TokenEstimate tokens, double share) {
      Integer most = limits.maxInFlight();
      return new ScopeAllowance(
          name,
          most == null ? Integer.MAX_VALUE : LimitScope.mostInFlight(most, share),
          () -> limited() ? perSecond(tokens) * share : Double.MAX_VALUE);
    }

    /** Returns how many calls of this size the rates allow in a second. */
    private double perSecond(TokenEstimate tokens) {
      double least = Double.MAX_VALUE;
      for (Limits.Rate rate : limits.rates()) {
        long each = rate.counts().of(1, tokens.input(), tokens.output());
        least = each == 0 ? least : Math.min(least, rate.perSecond() / each);
      }
      return least;
    }

    /** Returns why a call can never start: it is larger than one of the account's limits. */
    Optional<Outcome.Cause> refusal(TokenEstimate tokens) {
      return tooLarge("", tokens.total(), limits.tokensPerMinute(), Limits.TOKENS_PER_MINUTE)
          .or(
              () ->
                  tooLarge(
                      "prompt ",
                      tokens.input(),
                      limits.inputTokensPerMinute(),
                      Limits.INPUT_TOKENS_PER_MINUTE))
          .or(
              () ->
                  tooLarge(
                      "completion ",
                      tokens.output(),
                      limits.outputTokensPerMinute(),
                      Limits.OUTPUT_TOKENS_PER_MINUTE));
    }

    private Optional<Outcome.Cause> tooLarge(
        String kind, long estimate, @Nullable Long limit, String setting) {
      return limit == null || estimate <= limit
          ? Optional.empty()
          : Optional.of(
              new Outcome.Cause(
                  FailureReason.TOKEN_LIMIT_EXCEEDED,
                  false,
                  String.format(
                      Locale.ROOT,
                      "The request may take an estimated %d %stokens, and %d a minute are allowed"
                          + " by %s",
                      estimate,
                      kind,
                      limit,
                      source(setting))));
    }
  }

  /** Names what sets a limit. */
  @FunctionalInterface
  interface Source {

    /** Returns the configuration key or the control that sets the limit with this name. */
    String of(String limit);
  }

  /** Limits, and the scopes that have them. Not a record, which would show its components. */
  private static final class Pattern {

    private static final Glob ANY = new Glob("*");

    private final Glob virtualKey;
    private final Glob model;
    private final Limits limits;
    private final Source source;

    private Pattern(
        @Nullable String virtualKey, @Nullable String model, Limits limits, Source source) {
      this.virtualKey = virtualKey == null ? ANY : new Glob(virtualKey);
      this.model = model == null ? ANY : new Glob(model);
      this.limits = limits;
      this.source = source;
    }

    static Pattern of(Control.Limit control) {
      String source = "control " + control.origin().id();
      return new Pattern(
          control.selector().virtualKey(),
          control.selector().model(),
          control.limits(),
          limit -> source);
    }

    static Pattern of(RateLimitConfig.ScopeLimits given) {
      return new Pattern(given.virtualKey(), given.model(), given.limits(), given::key);
    }

    /** Whether a pattern selects nothing in particular. */
    static boolean any(@Nullable String pattern) {
      Glob glob = pattern == null ? ANY : new Glob(pattern);
      return glob.literals() == 0 && glob.wildcards() > 0;
    }

    int literals() {
      return virtualKey.literals() + model.literals();
    }

    int wildcards() {
      return virtualKey.wildcards() + model.wildcards();
    }

    static Pattern byDefault(Limits limits) {
      return new Pattern(null, null, limits, Limits::key);
    }
  }
}

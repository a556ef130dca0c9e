// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.limit;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the limits had left at one moment, by the names that scopes have in meters. Made by one
 * thread, then read by any.
 */
public final class LimitsLeft {

  /** Nobody has used a limit. */
  public static final LimitsLeft NONE = new LimitsLeft(0);

  private final int scopes;
  private final Map<String, Map<Kind, Double>> left = new HashMap<>();

  LimitsLeft(int scopes) {
    this.scopes = scopes;
  }

  /** What a limit counts. */
  public enum Kind {
    REQUESTS,
    TOKENS,
    IN_FLIGHT;

    /** As a tag. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Hears of a limit that has not been there before. */
  @FunctionalInterface
  public interface Listener {
    /** On the dispatcher's thread, before the first call of the scope. */
    void added(Kind kind, String scope);
  }

  /** Scopes that are kept in mind. */
  public int scopes() {
    return scopes;
  }

  /** What is left of a limit; not a number when nothing is known of it now. */
  public double of(Kind kind, String scope) {
    return left.getOrDefault(scope, Map.of()).getOrDefault(kind, Double.NaN);
  }

  /** The least counts. */
  void add(String scope, Kind kind, double amount) {
    left.computeIfAbsent(scope, name -> new EnumMap<>(Kind.class)).merge(kind, amount, Math::min);
  }
}

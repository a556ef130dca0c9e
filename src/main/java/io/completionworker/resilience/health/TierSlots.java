// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.CompletionCall;
import io.completionworker.resilience.ScopeAllowance;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * The slots that calls of tiers before the last have, of the instance and of each limit: three
 * quarters. They may be slow, and the rest must have slots when its time has come. Used on the
 * dispatcher's thread only.
 */
public final class TierSlots {

  private static final double PART = 0.75;

  private final int slots;
  private final Function<CompletionCall, ScopeAllowance> allowances;
  private final Map<String, Integer> openByScope = new HashMap<>();
  private int open;

  /**
   * Creates the slots, all of which are free.
   *
   * @param slots number of calls in flight, of all tiers together
   * @param allowances what the rate limits allow of calls like one
   */
  public TierSlots(int slots, Function<CompletionCall, ScopeAllowance> allowances) {
    this.slots = slots;
    this.allowances = allowances;
  }

  /** Whether there is no slot for one more call. */
  boolean full(CompletionCall call) {
    if (open >= part(slots)) {
      return true;
    }
    ScopeAllowance allowance = allowances.apply(call);
    return openByScope.getOrDefault(allowance.scope(), 0) >= part(allowance.places());
  }

  private static int part(int places) {
    return Math.max(1, (int) (PART * places));
  }

  /** Takes a slot. Returns the name of the limit that has it, for {@link #released}. */
  String taken(CompletionCall call) {
    String scope = allowances.apply(call).scope();
    open++;
    openByScope.merge(scope, 1, Integer::sum);
    return scope;
  }

  void released(String scope) {
    open--;
    openByScope.computeIfPresent(scope, (name, count) -> count > 1 ? count - 1 : null);
  }

  /**
   * Returns how many calls may start in a second in the slots that are kept free for them.
   *
   * @param nanos how long each of them takes; 0 if that is not known, and only the rates count
   */
  double perSecond(CompletionCall call, long nanos) {
    ScopeAllowance allowance = allowances.apply(call);
    double places = (1 - PART) * Math.min(slots, allowance.places());
    double byPlaces = nanos == 0 ? Double.MAX_VALUE : places * 1e9 / nanos;
    return Math.min(byPlaces, allowance.perSecond().getAsDouble());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.completionworker.metrics.MeterSpec.Registration;
import io.completionworker.metrics.MeterSpec.Registration.ByTag;
import io.micrometer.core.instrument.Counter;
import java.util.List;

/** Meters of calls whose service tier the worker has chosen. Safe on every thread. */
public final class TierMeters {

  public static final String ANSWERED = "answered";
  public static final String REFUSED = "refused";
  public static final String FAILED = "failed";

  /** Its deadline would not be met otherwise. */
  public static final String DEADLINE = "deadline";

  /** It has waited long enough. */
  public static final String PATIENCE = "patience";

  /** The tier does not serve the model, or not a request of that size. */
  public static final String MISSING = "missing";

  /** An attempt in the tier has failed, and only one is left. */
  public static final String LAST_ATTEMPT = "last-attempt";

  /** Its open call was given up for its deadline, which may be billed. */
  public static final String CUT_OFF = "cut-off";

  private static final String A_TIER = "a tier of `tier.order`";

  public static final MeterSpec CALLS =
      MeterSpec.counter(
              "completion.worker.tier.calls",
              "calls",
              "Calls in service tiers that the worker has chosen. Only with `tier.order`.")
          .tag("tier", A_TIER)
          .tag("outcome", "`answered`, `refused` for lack of capacity, or `failed`");

  public static final MeterSpec TOKENS =
      MeterSpec.counter(
              "completion.worker.tier.tokens",
              "tokens",
              "Tokens of billed calls whose service tier the worker has chosen. The tag is the tier"
                  + " that the answer names, or else the one asked for. Only with `tier.order`.")
          .tag("tier", "the tier that served the call; `other` after the first 8");

  public static final MeterSpec MOVES =
      MeterSpec.counter(
              "completion.worker.tier.moves",
              "requests",
              "Requests that left a tier for the next one. Only with `tier.order`.")
          .tag("tier", A_TIER + " that they left")
          .tag(
              "reason",
              "`deadline`, `patience`, `missing` if the tier does not serve the request,"
                  + " `last-attempt`, or `cut-off` if an open call was given up for the deadline");

  static final List<MeterSpec> ALL = List.of(CALLS, TOKENS, MOVES);

  private static final int MOST_TIERS = 8;

  private final BoundedNames served = new BoundedNames(List.of("*"), MOST_TIERS);
  private final ByTag<ByTag<Counter>> calls;
  private final ByTag<Counter> tokens;
  private final ByTag<ByTag<Counter>> moves;

  TierMeters(Registration r) {
    calls = new ByTag<>(tier -> new ByTag<>(outcome -> r.counter(CALLS, tier, outcome)));
    tokens = new ByTag<>(tier -> r.counter(TOKENS, tier));
    moves = new ByTag<>(tier -> new ByTag<>(reason -> r.counter(MOVES, tier, reason)));
  }

  /** Counts a call that has ended. The outcome is a constant of this class. */
  public void call(String tier, String outcome) {
    calls.of(tier).of(outcome).increment();
  }

  /** Adds the tokens of a billed call. */
  public void used(String tier, long count) {
    tokens.of(served.of(tier)).increment((double) count);
  }

  /** Counts a request that leaves a tier. The reason is a constant of this class. */
  public void moved(String tier, String reason) {
    moves.of(tier).of(reason).increment();
  }
}

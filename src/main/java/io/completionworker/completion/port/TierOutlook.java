// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion.port;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;

/**
 * What is known of the service tiers of models. A tier is that of a call: its credential, model and
 * service tier. Used on the dispatcher thread only; never blocks.
 */
public interface TierOutlook {

  /** Nothing is known, since no tiers are chosen. */
  TierOutlook NONE =
      new TierOutlook() {
        @Override
        public boolean missing(CompletionCall call) {
          return false;
        }

        @Override
        public long nanos(CompletionCall call) {
          return 0;
        }

        @Override
        public double perSecond(CompletionCall call) {
          return Double.MAX_VALUE;
        }
      };

  /**
   * How an attempt in a tier before the last ended. The last tier has no refusals: there, every
   * error is what it is without tiers.
   */
  enum Ending {
    /** With an answer, or with an error that has nothing to do with the tier. */
    ITS_OWN,
    /** The tier has no capacity now. */
    REFUSED,
    /** The model is not served in this tier, or not with this credential. */
    MISSING,
    /** The request is larger than the tier allows. */
    TOO_LARGE
  }

  /** Whether the endpoint has said that it does not serve the tier, so that it is not asked now. */
  boolean missing(CompletionCall call);

  /** Whether any attempt in the tier has ended lately, so that {@link #nanos} is no guess. */
  default boolean known(CompletionCall call) {
    return true;
  }

  /** Returns the time within which nearly every attempt in the tier has ended lately. */
  long nanos(CompletionCall call);

  /** Returns how many calls in a second the limits allow. */
  double perSecond(CompletionCall call);

  /** Returns how an attempt ended, by what its result says. */
  default Ending ending(CompletionCall call, AttemptResult result) {
    return Ending.ITS_OWN;
  }
}

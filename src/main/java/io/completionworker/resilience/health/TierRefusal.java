// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.TierOutlook.Ending;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells the errors that a service tier is the reason for from all others. */
final class TierRefusal {

  /**
   * Statuses that say that a tier has no capacity: 429 (OpenAI), 498 (Groq), 503 (Gemini, Bedrock)
   * and 529.
   */
  private static final Set<Integer> NO_CAPACITY = Set.of(429, 498, 503, 529);

  private static final Pattern NOT_SERVED =
      Pattern.compile(
          "\\b(?:not|unsupported|unknown|unrecogni[sz]ed|unexpected|invalid|extra|forbidden)\\b"
              + "|only|n't",
          Pattern.CASE_INSENSITIVE);

  private TierRefusal() {}

  /** Returns how an attempt ended. */
  static Ending of(CompletionCall call, AttemptResult result) {
    ChosenTier tier = call.tier();
    boolean may =
        tier != null
            && !tier.isLast()
            && tier.sent() != null
            && result instanceof AttemptResult.Rejected
            && !result.maybeBilled();
    if (!may || !(result instanceof AttemptResult.Rejected rejected)) {
      return Ending.ITS_OWN;
    }
    AttemptError error = rejected.error();
    if (error.reason() == FailureReason.TOKEN_LIMIT_EXCEEDED) {
      return Ending.TOO_LARGE;
    } else if (error.disposition() == Disposition.RETRY && isShort(error)) {
      return Ending.REFUSED;
    }
    return error.disposition() == Disposition.FAIL && error.status() != null && names(error, tier)
        ? Ending.MISSING
        : Ending.ITS_OWN;
  }

  private static boolean isShort(AttemptError error) {
    Integer status = error.status();
    return error.reason() == FailureReason.RATE_LIMITED
        || error.reason() == FailureReason.OVERLOADED
        || (status != null && NO_CAPACITY.contains(status));
  }

  /** Whether an error of the request is about the tier: it names the parameter, or the tier. */
  private static boolean names(AttemptError error, @Nullable ChosenTier tier) {
    if (tier == null) {
      return false;
    }
    String field = tier.order().field();
    AttemptError.Details details = error.details();
    if (field.equalsIgnoreCase(details.param()) || isIn(field, details.code())) {
      return true;
    }
    String message = error.message().toLowerCase(Locale.ROOT);
    boolean about =
        isIn(field, message)
            || isIn("service_tier", message)
            || message.contains("service tier")
            || Pattern.compile("\\b" + Pattern.quote(tier.name().toLowerCase(Locale.ROOT)) + "\\b")
                .matcher(message)
                .find();
    return about && NOT_SERVED.matcher(message).find();
  }

  private static boolean isIn(String field, @Nullable String text) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(field.toLowerCase(Locale.ROOT));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.ChosenTier;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.TierOutlook.Ending;
import java.util.List;
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

  private static final String PARAMETER = "service_tier";

  private static final Pattern NOT_SERVED =
      Pattern.compile(
          "\\b(?:not|unsupported|unavailable|unknown|unrecogni[sz]ed|unexpected|invalid|extra"
              + "|forbidden|only)\\b|n't\\b");

  /** Between the parts of a message that each say one thing. */
  private static final Pattern CLAUSES = Pattern.compile("[.,;!?](?=\\s|$)|\\n");

  /** How a message speaks of a tier, in lower case; {@code %s} is its name. */
  private static final String TIER_NAMED =
      "\\b%1$s['\"`]?\\s(?:service\\s|pricing\\s)?(?:tier|processing|mode)\\b"
          + "|\\btier(?:\\sis|\\sof|\\snamed)?\\s?[:=]?\\s?['\"`]?%1$s\\b"
          + "|\\b(?:requested|specified|selected|provided|given)\\sservice\\stier\\b";

  /** How a message says that a tier is not served, in lower case; {@code %s} is its name. */
  private static final String REFUSED =
      "\\b%1$s['\"`]?\\s(?:(?:is|are)\\s)?(?:(?:not|n't)\\s)(?:currently\\s|yet\\s)?"
          + "(?:available|supported|enabled|offered|served)\\b"
          + "|\\b%1$s['\"`]?\\s(?:is|are)(?:n't\\s(?:available|supported|enabled|offered|served)"
          + "|\\s(?:unavailable|unsupported))\\b"
          + "|(?:\\bnot|n't)\\s(?:support|offer|serve)\\s['\"`]?%1$s\\b";

  private TierRefusal() {}

  /** Returns how an attempt ended. */
  static Ending of(CompletionCall call, AttemptResult result) {
    ChosenTier tier = call.tier();
    if (tier == null
        || tier.isLast()
        || result.maybeBilled()
        || !(result instanceof AttemptResult.Rejected rejected)) {
      return Ending.ITS_OWN;
    }
    AttemptError error = rejected.error();
    boolean large = error.reason() == FailureReason.TOKEN_LIMIT_EXCEEDED;
    if (!large && error.disposition() == Disposition.RETRY && isShort(error)) {
      return Ending.REFUSED;
    } else if (tier.sent() == null) {
      return Ending.ITS_OWN; // whoever names no tier is served everywhere
    } else if (large) {
      return Ending.TOO_LARGE;
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

  /**
   * Whether an error of the request is about the tier. One that is about another parameter is not,
   * even if its message has the name of the tier in it: it may quote the request.
   */
  private static boolean names(AttemptError error, ChosenTier tier) {
    String field = tier.order().field().toLowerCase(Locale.ROOT);
    AttemptError.Details details = error.details();
    if (isIn(field, details.code()) || isIn(PARAMETER, details.code())) {
      return true;
    }
    String param = details.param();
    if (param != null && !param.isBlank() && !param.equalsIgnoreCase("model")) {
      String of = param.toLowerCase(Locale.ROOT);
      return List.of(field, PARAMETER, "body." + field).contains(of);
    }
    String name = Pattern.quote(tier.name().toLowerCase(Locale.ROOT));
    Pattern named = Pattern.compile(TIER_NAMED.formatted(name));
    Pattern refused = Pattern.compile(REFUSED.formatted(name));
    return CLAUSES
        .splitAsStream(error.message().toLowerCase(Locale.ROOT))
        .anyMatch(
            clause ->
                refused.matcher(clause).find()
                    || (NOT_SERVED.matcher(clause).find()
                        && (isIn(field, clause)
                            || isIn(PARAMETER, clause)
                            || named.matcher(clause).find())));
  }

  /** Whether a text, which may be of any case, has this name in it. */
  private static boolean isIn(String name, @Nullable String text) {
    return text != null && text.toLowerCase(Locale.ROOT).contains(name);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ranges of the numeric parameters, stop sequences, and the limits of what is generated. */
final class SamplingRules implements RequestValidator.Rule {

  private static final int MOST_STOPS = 4;

  @Override
  public void check(CompletionRequest request, Extra extra, Findings findings) {
    range("frequency_penalty", request.getFrequencyPenalty(), -2, 2, extra, findings);
    range("presence_penalty", request.getPresencePenalty(), -2, 2, extra, findings);
    range("temperature", request.getTemperature(), 0, 2, extra, findings);
    range("top_p", request.getTopP(), 0, 1, extra, findings);
    range("n", request.getN(), 1, 128, extra, findings);
    range("top_logprobs", request.getTopLogprobs(), 0, 20, extra, findings);
    logprobs(request, extra, findings);
    maxTokens(request, extra, findings);
    stop(extra.own("stop", request.getStop()), findings);
    logitBias(extra.own("logit_bias", request.getLogitBias()), findings);
  }

  private static void range(
      String field, @Nullable Number value, long min, long max, Extra extra, Findings findings) {
    findings.range(field, extra.own(field, value), min, max);
  }

  /** By extra_body logprobs may be a number, as some endpoints have it. */
  private static void logprobs(CompletionRequest request, Extra extra, Findings findings) {
    boolean wanted =
        Boolean.TRUE.equals(extra.own("logprobs", request.getLogprobs()))
            || (extra.has("logprobs") && !"false".equals(extra.text("logprobs", null)));
    if (extra.sends("top_logprobs", request.getTopLogprobs()) && !wanted) {
      findings.add("top_logprobs", "needs logprobs = true");
    }
  }

  private static void maxTokens(CompletionRequest request, Extra extra, Findings findings) {
    Integer most = extra.own("max_tokens", request.getMaxTokens());
    Integer mostCompletion = extra.own("max_completion_tokens", request.getMaxCompletionTokens());
    findings.atLeast("max_tokens", most, 1);
    findings.atLeast("max_completion_tokens", mostCompletion, 1);
    if (extra.sends("max_tokens", most) && extra.sends("max_completion_tokens", mostCompletion)) {
      findings.add("max_tokens", "must not be given together with max_completion_tokens");
    }
  }

  private static void stop(@Nullable List<String> stop, Findings findings) {
    if (stop == null) {
      return;
    }
    if (stop.isEmpty() || stop.size() > MOST_STOPS) {
      findings.add("stop", "must have 1 to " + MOST_STOPS + " sequences; has " + stop.size());
    }
    for (int i = 0; i < stop.size(); i++) {
      if (stop.get(i).isEmpty()) {
        findings.add("stop[" + i + "]", "must not be empty");
      }
    }
  }

  private static void logitBias(@Nullable Map<String, Double> biases, Findings findings) {
    if (biases == null) {
      return;
    }
    long strange = biases.keySet().stream().filter(key -> !isTokenId(key)).count();
    if (strange > 0) {
      findings.add(
          "logit_bias", "keys must be token ids, which are digits; " + strange + " are not");
    }
    biases.forEach(
        (key, bias) -> {
          if (isTokenId(key)) {
            findings.range("logit_bias." + key, bias, -100, 100);
          }
        });
  }

  private static boolean isTokenId(String key) {
    return !key.isEmpty()
        && key.length() <= 10
        && key.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }
}

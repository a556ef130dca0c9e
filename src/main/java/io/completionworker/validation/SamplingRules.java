package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import java.util.List;
import java.util.Map;

/** Ranges of the numeric parameters, stop sequences, and the limits of what is generated. */
final class SamplingRules implements RequestValidator.Rule {

  private static final int MOST_STOPS = 4;

  @Override
  public void check(CompletionRequest request, Findings findings) {
    findings.range("frequency_penalty", request.getFrequencyPenalty(), -2, 2);
    findings.range("presence_penalty", request.getPresencePenalty(), -2, 2);
    findings.range("temperature", request.getTemperature(), 0, 2);
    findings.range("top_p", request.getTopP(), 0, 1);
    findings.range("n", request.getN(), 1, 128);
    logprobs(request, findings);
    maxTokens(request, findings);
    stop(request, findings);
    logitBias(request, findings);
  }

  private static void logprobs(CompletionRequest request, Findings findings) {
    Integer top = request.getTopLogprobs();
    findings.range("top_logprobs", top, 0, 20);
    if (top != null && !Boolean.TRUE.equals(request.getLogprobs())) {
      findings.add("top_logprobs", "needs logprobs = true");
    }
  }

  private static void maxTokens(CompletionRequest request, Findings findings) {
    findings.atLeast("max_tokens", request.getMaxTokens(), 1);
    findings.atLeast("max_completion_tokens", request.getMaxCompletionTokens(), 1);
    if (request.getMaxTokens() != null && request.getMaxCompletionTokens() != null) {
      findings.add("max_tokens", "must not be given together with max_completion_tokens");
    }
  }

  private static void stop(CompletionRequest request, Findings findings) {
    List<String> stop = request.getStop();
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

  private static void logitBias(CompletionRequest request, Findings findings) {
    Map<String, Double> biases = request.getLogitBias();
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

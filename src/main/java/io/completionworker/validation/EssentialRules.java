package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every call needs, whichever endpoint it goes to: a model, messages, numbers that JSON can
 * carry, and ids of a sane length.
 */
final class EssentialRules implements RequestValidator.Rule {

  /** Keeps ids from filling the output records, whose size is bounded. */
  private static final int LONGEST_ID = 1024;

  @Override
  public void check(CompletionRequest request, Findings findings) {
    if (request.getMessages().isEmpty()) {
      findings.add("messages", "must have at least one message");
    }
    findings.notBlank("model", request.getModel());
    length("model", request.getModel(), findings);
    length("request_id", request.getRequestId(), findings);
    findings.atLeast("deadline_ms", request.getDeadlineMs(), 1);
    finite("frequency_penalty", request.getFrequencyPenalty(), findings);
    finite("presence_penalty", request.getPresencePenalty(), findings);
    finite("temperature", request.getTemperature(), findings);
    finite("top_p", request.getTopP(), findings);
    Map<String, Double> bias = request.getLogitBias();
    if (bias != null && !bias.values().stream().allMatch(Double::isFinite)) {
      findings.add("logit_bias", "must have finite numbers only");
    }
  }

  private static void length(String field, @Nullable String value, Findings findings) {
    if (value != null && value.length() > LONGEST_ID) {
      findings.add(field, "must have at most " + LONGEST_ID + " characters; has " + value.length());
    }
  }

  private static void finite(String field, @Nullable Double value, Findings findings) {
    if (value != null && !Double.isFinite(value)) {
      findings.add(field, "must be a finite number; is " + value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import java.util.List;
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
  public void check(CompletionRequest request, Extra extra, Findings findings) {
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
    functions(request, findings);
  }

  private static void functions(CompletionRequest request, Findings findings) {
    List<Tool> tools = request.getTools();
    for (int i = 0; tools != null && i < tools.size(); i++) {
      Tool tool = tools.get(i);
      function("tools[" + i + "]", tool.getFunction(), tool.getExtra(), findings);
    }
    for (int m = 0; m < request.getMessages().size(); m++) {
      List<ToolCall> calls = request.getMessages().get(m).getToolCalls();
      for (int i = 0; calls != null && i < calls.size(); i++) {
        ToolCall call = calls.get(i);
        String at = "messages[" + m + "].tool_calls[" + i + "]";
        function(at, call.getFunction(), call.getExtra(), findings);
      }
    }
  }

  private static void function(
      String at, @Nullable Object function, @Nullable String extra, Findings findings) {
    if (function == null && extra == null) {
      findings.add(at, "needs function or extra");
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

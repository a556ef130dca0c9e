// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.Violation;
import io.completionworker.config.RecordsConfig.Strictness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks a request against the endpoint's reference page. Safe on every thread.
 *
 * <p>Bounds are inclusive, whatever the page's "less than" says. All faults are reported at once
 * (the first hundred of them), each with the path of its field; a message shows at most a number or
 * a short name that was found, never text of a prompt.
 */
public final class RequestValidator {

  private final List<Rule> rules;

  /** One topic of rules. Adds what it finds; never throws for a request that could be decoded. */
  @FunctionalInterface
  interface Rule {

    /**
     * Adds every fault of this topic.
     *
     * @param extra the members of {@code extra_body}
     */
    void check(CompletionRequest request, Extra extra, Findings findings);
  }

  /** A validator of this strictness. */
  public RequestValidator(Strictness strictness) {
    List<Rule> chosen = new ArrayList<>(List.of(new EssentialRules(), new SplicedJsonRules()));
    if (strictness == Strictness.STRICT) {
      chosen.addAll(
          List.of(new SamplingRules(), new MessageRules(), new ToolRules(), new OutputRules()));
    }
    rules = List.copyOf(chosen);
  }

  /** Every fault of the request; empty when it is valid. */
  public List<Violation> check(CompletionRequest request) {
    Findings findings = new Findings();
    Extra extra = Extra.of(request.getExtraBody());
    for (Rule rule : rules) {
      rule.check(request, extra, findings);
    }
    return findings.all();
  }

  /**
   * What every call needs, whatever the endpoint: a model, messages, numbers that JSON can express,
   * and ids of a reasonable length.
   */
  private static final class EssentialRules implements RequestValidator.Rule {

    /** Output records carry the ids, and their size is bounded. */
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
        findings.add(
            field, "must have at most " + LONGEST_ID + " characters; has " + value.length());
      }
    }

    private static void finite(String field, @Nullable Double value, Findings findings) {
      if (value != null && !Double.isFinite(value)) {
        findings.add(field, "must be a finite number; is " + value);
      }
    }
  }
}

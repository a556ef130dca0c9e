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
 * Checks a request against the endpoint's API reference. Safe on every thread.
 *
 * <p>Limits are inclusive, even where the reference says "less than". All faults are reported at
 * once, up to one hundred, each with the path of its field. A message shows at most a number or a
 * short name from the request, never text of a prompt.
 */
public final class RequestValidator {

  private final List<Rule> rules;

  /** A group of rules about one subject. It never throws for a request that could be decoded. */
  @FunctionalInterface
  interface Rule {

    /**
     * Adds all faults of this group.
     *
     * @param extra the members of {@code extra_body}
     */
    void check(CompletionRequest request, Extra extra, Findings findings);
  }

  /** Creates a validator with this strictness. */
  public RequestValidator(Strictness strictness) {
    List<Rule> chosen = new ArrayList<>(List.of(new EssentialRules(), new EmbeddedJsonRules()));
    if (strictness == Strictness.STRICT) {
      chosen.addAll(
          List.of(new SamplingRules(), new MessageRules(), new ToolRules(), new OutputRules()));
    }
    rules = List.copyOf(chosen);
  }

  /** Returns all faults of the request; empty if it is valid. */
  public List<Violation> check(CompletionRequest request) {
    Findings findings = new Findings();
    Extra extra = Extra.of(request.getExtraBody());
    for (Rule rule : rules) {
      rule.check(request, extra, findings);
    }
    return findings.all();
  }

  /**
   * Checks what every call needs at any endpoint: a model, messages, numbers that JSON can express,
   * and ids of limited length.
   */
  private static final class EssentialRules implements RequestValidator.Rule {

    /** The maximum length of an id. Output records contain the ids, and their size is limited. */
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

  /**
   * Checks the ranges of the numeric parameters, the stop sequences, and the limits of the output.
   */
  private static final class SamplingRules implements RequestValidator.Rule {

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

    /**
     * Checks log probabilities. In {@code extra_body}, {@code logprobs} may be a number, as some
     * endpoints define it.
     */
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
}

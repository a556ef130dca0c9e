// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Violation;
import java.util.ArrayList;
import java.util.List;

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
          List.of(
              new SamplingRules(),
              new MessageRules(),
              new ToolRules(),
              new FunctionRules(),
              new OutputRules()));
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
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.completion.BatchRequestId;
import io.completionworker.control.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that select requests. A request has to agree with all that are given. */
final class SelectorOptions {

  private static final String OPTIONS =
      "--request, --batch, --trace, --user, --virtual-key, --model, --metadata or --everything";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(names = "--request", paramLabel = "ID", description = "The request with this id.")
  private @Nullable String request;

  @Option(
      names = "--batch",
      paramLabel = "ID",
      description = "Requests of this batch, as submit and batch print its id.")
  private @Nullable String batch;

  @Option(names = "--trace", paramLabel = "ID", description = "Requests of this trace.")
  private @Nullable String trace;

  @Option(names = "--user", paramLabel = "NAME", description = "Requests with this field user.")
  private @Nullable String user;

  @Option(
      names = "--virtual-key",
      paramLabel = "PATTERN",
      description = "Requests that are called with this virtual key; * is for any characters.")
  private @Nullable String virtualKey;

  @Option(
      names = "--model",
      paramLabel = "PATTERN",
      description = "Requests for this model; * is for any characters.")
  private @Nullable String model;

  @Option(
      names = "--metadata",
      paramLabel = "NAME=VALUE",
      description = "Requests with this value in their metadata; may be given more than once.")
  private List<String> metadata = new ArrayList<>();

  @Option(names = "--everything", description = "Every request.")
  private boolean everything;

  /** Whether none of the options was given. */
  boolean isEmpty() {
    return !everything && given().equals(Selector.ALL);
  }

  /** Checks the options, of which one at least must be given, and returns the selector. */
  Selector selector() {
    Selector selector = given();
    if (isEmpty()) {
      throw wrong("Nothing is selected; give " + OPTIONS);
    }
    return checked(spec, selector, everything);
  }

  private Selector given() {
    Map<String, String> values = CommonOptions.namedValues(spec, "--metadata", metadata);
    if (values.size() < metadata.size()) {
      throw wrong("--metadata names a member twice, and a request has one value of each");
    }
    return new Selector(request, batch, trace, user, virtualKey, model, values);
  }

  /**
   * Returns the selector if it is usable. An empty value is a fault: it may come from a variable of
   * a script that is not set.
   */
  static Selector checked(@Nullable CommandSpec spec, Selector selector, boolean everything) {
    if (everything && !selector.equals(Selector.ALL)) {
      throw CommonOptions.wrong(
          spec, "--everything selects more than the other options do; leave them or it out");
    }
    check(spec, "--request", selector.requestId());
    check(spec, "--batch", selector.batchId());
    check(spec, "--trace", selector.traceId());
    check(spec, "--user", selector.endUser());
    check(spec, "--virtual-key", selector.virtualKey());
    check(spec, "--model", selector.model());
    String batch = selector.batchId();
    if (batch != null && !BatchRequestId.isBatchId(batch)) {
      throw CommonOptions.wrong(spec, "--batch must be 1 to 64 letters, digits, '.', '-', '_'");
    }
    return selector;
  }

  private static void check(@Nullable CommandSpec spec, String option, @Nullable String value) {
    if (value != null && value.isBlank()) {
      throw CommonOptions.wrong(spec, option + " is empty");
    }
  }

  private ParameterException wrong(String message) {
    return CommonOptions.wrong(spec, message);
  }
}

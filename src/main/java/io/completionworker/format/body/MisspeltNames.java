// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.key.NearestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds names in a body that nearly match a documented name of the endpoint. Such names are sent
 * unchanged, because other endpoints have parameters of their own, and most endpoints ignore what
 * they do not know.
 */
public final class MisspeltNames {

  static final Set<String> PARAMETERS =
      new TreeSet<>(
          Set.of(
              ("audio frequency_penalty function_call functions logit_bias logprobs"
                      + " max_completion_tokens max_tokens messages metadata modalities model n"
                      + " parallel_tool_calls prediction presence_penalty reasoning_effort"
                      + " response_format seed service_tier stop store stream stream_options"
                      + " temperature tool_choice tools top_logprobs top_p user verbosity")
                  .split(" ")));

  static final Set<String> MESSAGE =
      new TreeSet<>(
          Set.of(
              "role content name tool_calls tool_call_id refusal function_call audio".split(" ")));

  /** Parameters of other endpoints that look like a misspelling but are none. */
  private static final Set<String> OF_OTHERS =
      Set.of("models", "top_k", "top_a", "min_p", "min_tokens", "max_new_tokens", "n_probs");

  private static final int SHORTEST = 5;
  private static final int LONG = 9;

  private MisspeltNames() {}

  /** Returns the notices about names in a body, one line each. */
  public static List<String> in(ObjectNode body) {
    List<String> notices = new ArrayList<>();
    collect(body, "", PARAMETERS, notices);
    for (JsonNode message : body.path("messages")) {
      if (message instanceof ObjectNode object) {
        collect(object, " in a message", MESSAGE, notices);
      }
    }
    return notices;
  }

  /** Returns the body parameters that stand outside the body, in a line of a batch file. */
  public static List<String> parametersBeside(ObjectNode line) {
    List<String> names = new ArrayList<>();
    line.fieldNames()
        .forEachRemaining(
            name -> {
              if (PARAMETERS.contains(name) && !name.equals("metadata")) {
                names.add(name);
              }
            });
    return names;
  }

  private static void collect(
      ObjectNode object, String where, Set<String> known, List<String> notices) {
    object
        .fieldNames()
        .forEachRemaining(
            name ->
                nearest(name, known)
                    .ifPresent(
                        nearest ->
                            notices.add(
                                "\"%s\"%s is not a known parameter; the nearest is \"%s\"; it is sent as it is"
                                    .formatted(shown(name), where, nearest))));
  }

  /**
   * Returns the known name that this name nearly matches; empty if there is none, or if the name
   * itself is known.
   */
  public static Optional<String> nearest(String name, Set<String> known) {
    if (known.contains(name) || OF_OTHERS.contains(name)) {
      return Optional.empty();
    }
    String plain = plain(name);
    for (String candidate : known) {
      if (plain(candidate).equals(plain)) {
        return Optional.of(candidate); // maxTokens, max-tokens, Temperature
      }
    }
    int allowed = name.length() < SHORTEST ? 0 : name.length() < LONG ? 1 : 2;
    return NearestKey.within(name, known, allowed);
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Replaces control characters, because the name is written to a terminal. */
  private static String shown(String name) {
    return PrintableText.of(name);
  }
}

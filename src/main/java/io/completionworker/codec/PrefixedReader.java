// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.validation.Extra;
import java.util.List;

/**
 * Adds to each call the {@linkplain PromptPrefixes hashes of the long beginnings} of its prompt.
 * They differ for other models and credentials, for another {@code prompt_cache_key}, by which
 * providers keep prompts apart, and for another {@code extra_body} if that changes the prompt.
 */
public final class PrefixedReader implements RequestReader {

  private static final String CACHE_KEY = "prompt_cache_key";

  /** Members of {@code extra_body} that change the prompt. */
  private static final List<String> PROMPT =
      List.of("messages", "tools", "functions", "response_format");

  private final RequestReader reader;
  private final int minTokens;

  /**
   * Creates a reader that adds prefixes to the calls of another one.
   *
   * @param minTokens the shortest prefix
   */
  public PrefixedReader(RequestReader reader, int minTokens) {
    this.reader = reader;
    this.minTokens = minTokens;
  }

  @Override
  public Reading read(SourceRecord source, boolean recovered) {
    return reader.read(source, recovered).with(call -> call.prefixed(prefixes(call)));
  }

  private List<String> prefixes(CompletionCall call) {
    CompletionRequest request = call.request();
    if (call.tokens().input() > 0 && call.tokens().input() < minTokens / 2) {
      return List.of(); // the usual short prompt need not be hashed
    }
    Extra extra = Extra.of(request.getExtraBody());
    boolean changed = PROMPT.stream().anyMatch(extra.members()::containsKey);
    String of =
        String.join(
            "\0", // occurs in no header
            call.scope().credential(),
            call.scope().model(),
            extra.texts().getOrDefault(CACHE_KEY, ""),
            changed ? String.valueOf(request.getExtraBody()) : "");
    return new PromptPrefixes(minTokens, of).of(request);
  }
}

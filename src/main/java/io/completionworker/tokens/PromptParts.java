// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.Message;
import io.completionworker.tokens.PromptTokens.ModelFamily;

/** Estimates the tokens of parts of a prompt, by their sizes. Not thread-safe. */
public final class PromptParts {

  private final PromptTokens tokens;

  /** Creates estimates for this model. */
  public PromptParts(String model) {
    tokens = new PromptTokens(new TextCounter(null), ModelFamily.of(model).images());
  }

  /** Returns the tokens of what comes before the messages: tools, and the schema of the answer. */
  public long definitions(CompletionRequest request) {
    return tokens.definitions(request) + tokens.format(request.getResponseFormat());
  }

  /** Returns the tokens of a message. */
  public long message(Message message) {
    return tokens.message(message);
  }

  /** Returns the tokens of a part of a message. */
  public long part(ContentPart part) {
    return tokens.part(part);
  }
}

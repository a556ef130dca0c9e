// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.Message;
import java.util.List;
import java.util.function.Consumer;

/** Small requests to be bent by the tests. */
final class Requests {

  private Requests() {}

  static CompletionRequest of(String model, Message... messages) {
    return CompletionRequest.newBuilder().setModel(model).setMessages(List.of(messages)).build();
  }

  static CompletionRequest.Builder request() {
    return CompletionRequest.newBuilder(of("gpt-4o", message("user", "")));
  }

  static Message message(String role, Object content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  static Message named(String name, String content) {
    return Message.newBuilder().setRole("system").setName(name).setContent(content).build();
  }

  /** A request whose one message has just this part. */
  static CompletionRequest withPart(String model, Consumer<ContentPart.Builder> with) {
    ContentPart.Builder part = ContentPart.newBuilder().setType("some");
    with.accept(part);
    return of(model, message("user", List.of(part.build())));
  }
}

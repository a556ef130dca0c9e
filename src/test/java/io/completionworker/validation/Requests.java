// SPDX-License-Identifier: Apache-2.0
package io.completionworker.validation;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Message;
import io.completionworker.avro.Tool;
import io.completionworker.avro.ToolCall;
import io.completionworker.avro.Violation;
import io.completionworker.config.RecordsConfig.Strictness;
import java.util.List;
import java.util.function.Consumer;

/** Small valid requests to be bent by the tests. */
final class Requests {

  private Requests() {}

  static CompletionRequest.Builder valid() {
    return CompletionRequest.newBuilder()
        .setModel("gpt-4o-mini")
        .setMessages(List.of(message("user", "Hi")));
  }

  static Message message(String role, Object content) {
    return Message.newBuilder().setRole(role).setContent(content).build();
  }

  static ContentPart part(String type, Consumer<ContentPart.Builder> with) {
    ContentPart.Builder part = ContentPart.newBuilder().setType(type);
    with.accept(part);
    return part.build();
  }

  static ContentPart text(String text) {
    return part("text", p -> p.setText(text));
  }

  static FunctionDefinition function(String name) {
    return FunctionDefinition.newBuilder().setName(name).build();
  }

  static Tool tool(String name) {
    return Tool.newBuilder().setFunction(function(name)).build();
  }

  static ToolCall toolCall(String id, String name) {
    return ToolCall.newBuilder()
        .setId(id)
        .setFunction(FunctionCall.newBuilder().setName(name).setArguments("not json").build())
        .build();
  }

  static List<Violation> strict(Consumer<CompletionRequest.Builder> bent) {
    return check(Strictness.STRICT, bent);
  }

  static List<Violation> lenient(Consumer<CompletionRequest.Builder> bent) {
    return check(Strictness.LENIENT, bent);
  }

  /** Violations of a request with just this message. */
  static List<Violation> strictMessage(Consumer<Message.Builder> bent) {
    Message.Builder message = Message.newBuilder().setRole("user").setContent("Hi");
    bent.accept(message);
    return strict(request -> request.setMessages(List.of(message.build())));
  }

  private static List<Violation> check(
      Strictness strictness, Consumer<CompletionRequest.Builder> bent) {
    CompletionRequest.Builder request = valid();
    bent.accept(request);
    return new RequestValidator(strictness).check(request.build());
  }
}

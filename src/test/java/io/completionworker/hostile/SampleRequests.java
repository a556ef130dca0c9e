// SPDX-License-Identifier: Apache-2.0
package io.completionworker.hostile;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.FunctionDefinition;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.avro.Tool;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Small valid requests, and parts of requests. */
final class SampleRequests {

  private SampleRequests() {}

  static CompletionRequest.Builder valid(String id) {
    return CompletionRequest.newBuilder()
        .setRequestId(id)
        .setModel("gpt-4o-mini")
        .setMessages(List.of(message("user").setContent("hello").build()));
  }

  static Message.Builder message(String role) {
    return Message.newBuilder().setRole(role);
  }

  static ContentPart.Builder part(String type) {
    return ContentPart.newBuilder().setType(type);
  }

  static CompletionRequest.Builder saying(
      CompletionRequest.Builder request, Message.Builder message) {
    return request.setMessages(List.of(message.build()));
  }

  static CompletionRequest.Builder showing(
      CompletionRequest.Builder request, ContentPart.Builder... parts) {
    List<ContentPart> built = Arrays.stream(parts).map(ContentPart.Builder::build).toList();
    return saying(request, message("user").setContent(built));
  }

  static Tool tool(String name, String parameters) {
    return Tool.newBuilder()
        .setFunction(
            FunctionDefinition.newBuilder().setName(name).setParameters(parameters).build())
        .build();
  }

  static List<Tool> tools(int count) {
    return IntStream.range(0, count).mapToObj(i -> tool("tool_" + i, "{}")).toList();
  }

  static PortkeyOptions.Builder portkey() {
    return PortkeyOptions.newBuilder();
  }

  /** Arrays in arrays in an object. */
  static String nested(int depth) {
    return "{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + "}";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonGenerator;
import io.completionworker.avro.FunctionCall;
import io.completionworker.avro.ToolCall;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what a message calls, in a request or in an answer. Without it no field is written. */
public final class FunctionCalls {

  private FunctionCalls() {}

  /** The field {@code tool_calls}. */
  public static void toolCalls(JsonGenerator out, @Nullable List<ToolCall> calls)
      throws IOException {
    if (calls == null) {
      return;
    }
    out.writeArrayFieldStart("tool_calls");
    for (ToolCall call : calls) {
      BodyWriter body = BodyWriter.start(out, call.getExtra(), "tool_calls.extra");
      body.text("id", call.getId());
      body.text("type", call.getType());
      if (body.has("function", call.getFunction())) {
        function(out, call.getFunction());
      }
      body.end();
    }
    out.writeEndArray();
  }

  /** The deprecated field {@code function_call}. */
  public static void functionCall(JsonGenerator out, @Nullable FunctionCall call)
      throws IOException {
    if (call != null) {
      out.writeFieldName("function_call");
      function(out, call);
    }
  }

  private static void function(JsonGenerator out, FunctionCall call) throws IOException {
    out.writeStartObject();
    out.writeStringField("name", call.getName());
    out.writeStringField("arguments", call.getArguments());
    out.writeEndObject();
  }
}

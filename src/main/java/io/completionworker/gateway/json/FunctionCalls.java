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
      out.writeStartObject();
      out.writeStringField("id", call.getId());
      out.writeStringField("type", call.getType());
      function(out, "function", call.getFunction());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** The deprecated field {@code function_call}. */
  public static void functionCall(JsonGenerator out, @Nullable FunctionCall call)
      throws IOException {
    if (call != null) {
      function(out, "function_call", call);
    }
  }

  private static void function(JsonGenerator out, String name, FunctionCall call)
      throws IOException {
    out.writeObjectFieldStart(name);
    out.writeStringField("name", call.getName());
    out.writeStringField("arguments", call.getArguments());
    out.writeEndObject();
  }
}

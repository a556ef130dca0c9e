package io.completionworker.gateway.json;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says of a function that it calls, or a chunk of it; null where it says nothing.
 */
record FunctionPiece(@Nullable String name, @Nullable String arguments) {

  static FunctionPiece read(JsonParser in) throws IOException {
    String function = null;
    String arguments = null;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      in.nextToken();
      switch (name) {
        case "name" -> function = LenientJson.text(in);
        case "arguments" -> arguments = LenientJson.text(in);
        default -> in.skipChildren();
      }
    }
    return new FunctionPiece(function, arguments);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import java.nio.charset.StandardCharsets;

/** Events of a stream, as text. */
final class Events {

  static final String DONE = "[DONE]";
  static final String STOP = choice(0, "{}", "\"stop\"");

  private Events() {}

  static String choice(int index, String delta, String finishReason) {
    return "{\"choices\":[{\"index\":%d,\"delta\":%s,\"finish_reason\":%s}]}"
        .formatted(index, delta, finishReason);
  }

  /** A piece of the tool calls of the first choice. */
  static String tool(String call) {
    return choice(0, "{\"tool_calls\":[" + call + "]}", "null");
  }

  /** The bytes of a stream of these. */
  static byte[] stream(String... events) {
    StringBuilder stream = new StringBuilder();
    for (String event : events) {
      stream.append("data: ").append(event).append("\n\n");
    }
    return stream.toString().getBytes(StandardCharsets.UTF_8);
  }
}

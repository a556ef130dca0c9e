package io.completionworker.management;

import io.completionworker.management.page.WaitsJson;
import java.util.stream.Collectors;

/** Health as JSON. */
final class HealthJson {

  private HealthJson() {}

  static String of(Health health) {
    return health.reasons().stream()
        .map(HealthJson::quoted)
        .collect(
            Collectors.joining(
                ",",
                "{\"status\":\"" + (health.up() ? "up" : "down") + "\",\"reasons\":[",
                "]" + waits(health) + "}\n"));
  }

  private static String waits(Health health) {
    return health.waits().isEmpty() ? "" : ",\"waits\":" + WaitsJson.text(health.waits());
  }

  /** A JSON string of ASCII alone: all else is escaped, as RFC 8259 section 7 allows. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c >= 0x20 && c < 0x7f) {
        json.append(c);
      } else {
        json.append(String.format("\\u%04x", (int) c));
      }
    }
    return json.append('"').toString();
  }
}

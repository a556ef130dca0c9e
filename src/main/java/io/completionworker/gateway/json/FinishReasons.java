// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells finish reasons that end an answer from those that name a fault. Providers extend the list,
 * so an unknown one ends an answer.
 */
final class FinishReasons {

  /**
   * An error by its name: {@code error}, {@code overloaded_error}, {@code network_error}, {@code
   * ServerError}; and what DeepSeek ({@code insufficient_system_resource}), vLLM and SGLang ({@code
   * abort}) and others say in place of it.
   */
  private static final Pattern FAULT =
      Pattern.compile(
          "(.*[_ -])?(error(ed)?|failed|failure|exception|overloaded|unavailable)"
              + "|\\w*(error|exception|unavailable)"
              + "|error[^a-z].*|internal|crashed|(connection_)?(lost|reset|closed)"
              + "|insufficient_(system_resource|quota|balance|credits)"
              + "|(capacity|quota)_exceeded|(user_)?(abort(ed)?|cancel(l?ed)?)"
              + "|timeout|timed_out|interrupted|disconnected|rate_limit(ed|_exceeded)?");

  private FinishReasons() {}

  /**
   * The finish reason of a choice; null while it has none. Some endpoints write an empty text or
   * the word {@code null} into all chunks but the last, some an object with a {@code type}.
   */
  static @Nullable String of(JsonNode choice) {
    JsonNode beside = choice.path("finish_reason");
    JsonNode said = beside.isMissingNode() ? choice.path("delta").path("finish_reason") : beside;
    JsonNode reason = said.isObject() ? said.path("type") : said;
    String text = reason.isTextual() ? reason.textValue().strip() : "";
    return text.isEmpty() || text.equals("null") || text.equals("None") ? null : text;
  }

  static boolean namesFault(String reason) {
    return FAULT.matcher(reason.toLowerCase(Locale.ROOT)).matches();
  }
}

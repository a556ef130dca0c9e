// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.headers.KnownHeader;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A record on one line: its position, its ids, and the gist of its value. */
final class ReadableLine {

  private static final int LONGEST_TEXT = 120;

  private final StringBuilder line = new StringBuilder();

  private ReadableLine() {}

  static String of(Role role, SeenRecord seen) {
    ReadableLine line = new ReadableLine();
    line.line.append(Instant.ofEpochMilli(seen.found().timestamp()));
    line.line.append(' ').append(seen.position());
    line.named("key", seen.key());
    line.named("id", seen.requestId());
    line.named("trace", seen.traceId());
    if (seen.value().isMissingNode()) {
      line.unread(seen);
    } else {
      line.gist(role, seen.value());
    }
    return line.line.toString();
  }

  private void gist(Role role, JsonNode value) {
    switch (role) {
      case REQUESTS -> {
        named("model", value.path("model"));
        JsonNode messages = value.path("messages");
        text(messages.path(messages.size() - 1).path("content"));
      }
      case RESPONSES -> {
        JsonNode choice = value.path("choices").path(0);
        named("model", value.path("model"));
        named("finish", choice.path("finish_reason"));
        named("tokens", value.path("usage").path("total_tokens"));
        text(choice.path("message").path("content"));
      }
      case FAILURES -> {
        named("reason", value.path("reason"));
        named("retryable", value.path("retryable"));
        named("status", value.path("status"));
        text(value.path("message"));
      }
      case USAGE -> {
        named("model", value.path("model"));
        named("attempt", value.path("attempt"));
        named("outcome", value.path("outcome"));
        named("prompt", value.path("prompt_tokens"));
        named("completion", value.path("completion_tokens"));
        named("cost", value.path("cost"));
        named("currency", value.path("currency"));
      }
      case CHUNKS -> {
        named("attempt", value.path("attempt"));
        named("index", value.path("index"));
        named("last", value.path("last"));
        text(value.path("choices"));
      }
      case USAGE_WINDOWS -> {
        named("from", value.path("window_start"));
        named("revision", value.path("revision"));
        named("calls", value.path("calls"));
        named("tokens", value.path("total_tokens"));
        named("cost", value.path("cost"));
        text(value.path("group"));
      }
      case DEAD_LETTERS -> {
        // their values are not decoded
      }
      case CONTROLS -> control(value);
    }
  }

  private void control(JsonNode value) {
    named("kind", value.path("kind"));
    named("batch", value.path("batch_id"));
    named("user", value.path("end_user"));
    named("virtual-key", value.path("virtual_key"));
    named("model", value.path("model"));
    text(value.path("metadata"));
    named("by", value.path("created_by"));
    named("until", value.path("expires_at"));
    text(value.path("reason"));
  }

  private void unread(SeenRecord seen) {
    byte[] bytes = seen.found().value();
    line.append(bytes == null ? " no value" : " " + bytes.length + " bytes");
    seen.fault()
        .ifPresent(
            reason -> {
              line.append(" cannot be decoded: ");
              append(reason);
            });
    RecordFields.text(seen.found().headers(), KnownHeader.ERRORS.text() + "message")
        .ifPresent(this::quoted);
  }

  private void named(String name, JsonNode value) {
    if (value.isValueNode() && !value.isNull()) {
      named(name, value.asText());
    }
  }

  private void named(String name, @Nullable String value) {
    if (value != null) {
      line.append(' ').append(name).append('=');
      append(value);
    }
  }

  private void text(JsonNode value) {
    if (value.isTextual()) {
      quoted(value.textValue());
    } else if (value.isContainerNode()) {
      line.append(' ');
      append(cut(value.toString()));
    }
  }

  private void quoted(String text) {
    line.append(" \"");
    append(cut(text));
    line.append('"');
  }

  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= LONGEST_TEXT) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST_TEXT)) + "...";
  }

  /** Appends text with its control characters escaped, so that a record cannot move the cursor. */
  private void append(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            line.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            line.append(c);
          }
        }
      }
    }
  }
}

package io.completionworker.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/**
 * An event as one line of JSON: {@code timestamp}, {@code level}, {@code logger}, {@code thread},
 * {@code message}, its key-values by their names, and {@code error} with type, message and stack.
 */
final class JsonLine {

  private static final Set<String> TAKEN =
      Set.of("timestamp", "level", "logger", "thread", "message", "error");

  private final StringBuilder json = new StringBuilder(256);

  private JsonLine() {}

  static String of(ILoggingEvent event) {
    return new JsonLine().line(event);
  }

  private String line(ILoggingEvent event) {
    Instant at = event.getInstant();
    json.append('{');
    member("timestamp", (at == null ? Instant.ofEpochMilli(event.getTimeStamp()) : at).toString());
    member("level", event.getLevel().toString());
    member("logger", event.getLoggerName());
    member("thread", event.getThreadName());
    member("message", event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(this::pair);
    }
    IThrowableProxy error = event.getThrowableProxy();
    if (error != null) {
      name("error");
      json.append('{');
      member("type", error.getClassName());
      member("message", String.valueOf(error.getMessage()));
      member("stack", ThrowableProxyUtil.asString(error));
      json.append('}');
    }
    return json.append("}\n").toString();
  }

  private void pair(KeyValuePair pair) {
    name(TAKEN.contains(pair.key) ? "_" + pair.key : pair.key);
    if (pair.value instanceof Integer
        || pair.value instanceof Long
        || pair.value instanceof Boolean) {
      json.append(pair.value);
    } else {
      quoted(String.valueOf(pair.value));
    }
  }

  private void member(String name, String value) {
    name(name);
    quoted(value);
  }

  private void name(String name) {
    if (json.charAt(json.length() - 1) != '{') {
      json.append(',');
    }
    quoted(name);
    json.append(':');
  }

  /** RFC 8259 section 7; half a surrogate pair is escaped too, since UTF-8 has no bytes for it. */
  private void quoted(String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c == '\n') {
        json.append("\\n");
      } else if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }
}

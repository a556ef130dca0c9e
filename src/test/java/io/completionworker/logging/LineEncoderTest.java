package io.completionworker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LineEncoderTest {

  private final LoggerContext context = new LoggerContext();

  @Test
  void shouldWriteOneLineOfJson() throws Exception {
    LoggingEvent event = event("one\ntwo \"three\" \u0001 \ud83d\ude00 \u00e9 {}", null, "four");
    event.addKeyValuePair(new KeyValuePair("attempt", 3));
    event.addKeyValuePair(new KeyValuePair("request", "r\"1"));
    event.addKeyValuePair(new KeyValuePair("level", "high"));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    String line = encoded("JSON", event);

    assertThat(line).endsWith("}\n").hasLineCount(1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("message").asText())
        .isEqualTo("one\ntwo \"three\" \u0001 \ud83d\ude00 \u00e9 four");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("logger").asText()).isEqualTo("a.Logger");
    assertThat(json.get("timestamp").asText()).isEqualTo("2023-11-14T22:13:20Z");
    assertThat(json.get("attempt").isInt()).isTrue();
    assertThat(json.get("request").asText()).isEqualTo("r\"1");
    assertThat(json.get("_level").asText()).isEqualTo("high");
    assertThat(json.get("nothing").asText()).isEqualTo("null");
  }

  @Test
  void shouldWriteAnExceptionIntoItsLine() throws Exception {
    Throwable thrown = new IllegalStateException("outer\nline", new RuntimeException("inner"));

    String line = encoded("json", event("failed", thrown));

    assertThat(line).hasLineCount(1);
    JsonNode error = new ObjectMapper().readTree(line).get("error");
    assertThat(error.get("type").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.get("message").asText()).isEqualTo("outer\nline");
    assertThat(error.get("stack").asText()).contains("at ").contains("Caused by").contains("inner");
  }

  @Test
  void shouldWriteTextForPeople() {
    LoggingEvent event = event("hello", null);
    event.addKeyValuePair(new KeyValuePair("attempt", 3));

    assertThat(encoded("text", event))
        .contains("WARN ")
        .contains("Logger: hello attempt=\"3\"")
        .endsWith(System.lineSeparator());
  }

  @Test
  void shouldSayThatItDoesNotKnowAFormat() {
    assertThat(new String(encoder("xml").headerBytes(), StandardCharsets.UTF_8))
        .contains("LOG_FORMAT must be text or json");
    assertThat(encoder("json").headerBytes()).isEmpty();
    assertThat(encoded("xml", event("hello", null))).contains("hello").doesNotContain("{");
  }

  private String encoded(String format, ILoggingEvent event) {
    return new String(encoder(format).encode(event), StandardCharsets.UTF_8);
  }

  private LineEncoder encoder(String format) {
    LineEncoder encoder = new LineEncoder();
    encoder.setContext(context);
    encoder.setFormat(format);
    encoder.start();
    return encoder;
  }

  private LoggingEvent event(String message, @Nullable Throwable thrown, Object... arguments) {
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("a.Logger"), Level.WARN, message, thrown, arguments);
    event.setInstant(java.time.Instant.ofEpochSecond(1_700_000_000));
    return event;
  }
}

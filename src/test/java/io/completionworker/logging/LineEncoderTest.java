// SPDX-License-Identifier: Apache-2.0
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.slf4j.event.KeyValuePair;

class LineEncoderTest {

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void setUp() {
    context.setMDCAdapter(MDC.getMDCAdapter());
  }

  @Test
  void shouldWriteOneLineOfJsonWhateverTheTextsAre() throws Exception {
    LoggingEvent event =
        event("one\ntwo \"three\" \u0001\u2028 \ud83d\ude00 \u00e9 {}", null, "four");
    event.addKeyValuePair(new KeyValuePair("attempt", 3));
    event.addKeyValuePair(new KeyValuePair("request", "r\"1\r\n{}"));
    event.addKeyValuePair(new KeyValuePair("half a pair", "\ud83d"));
    event.addKeyValuePair(new KeyValuePair("nothing", null));

    String line = encoded("JSON", event);

    assertThat(line).endsWith("}\n").hasLineCount(1);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("formattedMessage").asText())
        .isEqualTo("one\ntwo \"three\" \u0001\u2028 \ud83d\ude00 \u00e9 four");
    assertThat(json.get("level").asText()).isEqualTo("WARN");
    assertThat(json.get("loggerName").asText()).isEqualTo("a.Logger");
    assertThat(json.get("timestamp").asLong()).isEqualTo(1_700_000_000_000L);
    assertThat(json.findValue("attempt").asText()).isEqualTo("3");
    assertThat(json.findValue("request").asText()).isEqualTo("r\"1\r\n{}");
    assertThat(json.findValue("half a pair").asText()).hasSize(1);
    assertThat(json.findValue("nothing").asText()).isEqualTo("null");
  }

  @Test
  void shouldWriteAnExceptionIntoItsLine() throws Exception {
    Throwable thrown = new IllegalStateException("outer\n\"line\"", new RuntimeException("inner"));

    String line = encoded("json", event("failed", thrown));

    assertThat(line).hasLineCount(1);
    JsonNode error = new ObjectMapper().readTree(line).get("throwable");
    assertThat(error.get("className").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.get("message").asText()).isEqualTo("outer\n\"line\"");
    assertThat(error.get("stepArray").get(0).get("className").asText())
        .isEqualTo(LineEncoderTest.class.getName());
    assertThat(error.get("cause").get("message").asText()).isEqualTo("inner");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "text"})
  void shouldSayWhichRequestALineIsAbout(String format) {
    assertThat(encoded(format, event("before", null))).doesNotContain("_id");
    String line =
        LoggedTrace.during("4bf92f35", "00f067aa", () -> encoded(format, event("it", null)));
    assertThat(line.replace("\":\"", "=")).contains("trace_id=4bf92f35", "span_id=00f067aa");
    assertThat(encoded(format, event("after", null))).doesNotContain("_id");
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

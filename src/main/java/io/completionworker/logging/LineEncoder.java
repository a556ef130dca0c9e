// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Makes Logback write events as text for people or as one JSON object per line. The setting {@code
 * format} selects {@code text} or {@code json}. Any other value means text, and the first line then
 * says so.
 */
public final class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg %kvp %mdc%n";

  private String format = "text";
  private Encoder<ILoggingEvent> lines = text();

  /** Sets the format. Called by Logback with the value in its configuration. */
  public void setFormat(String value) {
    format = value.strip().toLowerCase(Locale.ROOT);
    lines = format.equals("json") ? json() : text();
  }

  @Override
  public void start() {
    lines.setContext(getContext());
    lines.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return format.equals("json") || format.equals("text")
        ? new byte[0]
        : ("LOG_FORMAT must be text or json; it is taken for text" + System.lineSeparator())
            .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return lines.encode(event);
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  private static Encoder<ILoggingEvent> text() {
    PatternLayoutEncoder text = new PatternLayoutEncoder();
    text.setPattern(PATTERN);
    text.setCharset(StandardCharsets.UTF_8);
    return text;
  }

  /**
   * Returns an encoder that writes the formatted message once, and leaves out what is the same in
   * every line.
   */
  private static Encoder<ILoggingEvent> json() {
    JsonEncoder json = new JsonEncoder();
    json.setWithFormattedMessage(true);
    json.setWithMessage(false);
    json.setWithArguments(false);
    json.setWithContext(false);
    json.setWithSequenceNumber(false);
    json.setWithNanoseconds(false);
    return json;
  }
}

package io.completionworker.logging;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Writes events as text for people or as one JSON object a line, by the setting {@code format}:
 * {@code text} or {@code json}. Anything else is text, with a word about it.
 */
public final class LineEncoder extends EncoderBase<ILoggingEvent> {

  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}: %msg %kvp%n";

  private final PatternLayout text = new PatternLayout();
  private String format = "text";

  /** For Logback's configuration. */
  public void setFormat(String value) {
    format = value.strip().toLowerCase(Locale.ROOT);
  }

  @Override
  public void start() {
    text.setContext(getContext());
    text.setPattern(PATTERN);
    text.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return format.equals("json") || format.equals("text")
        ? new byte[0]
        : bytes("LOG_FORMAT must be text or json; it is taken for text" + System.lineSeparator());
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return bytes(format.equals("json") ? JsonLine.of(event) : text.doLayout(event));
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }
}

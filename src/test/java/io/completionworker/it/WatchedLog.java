package io.completionworker.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Every line that is logged while it is open: the worker's own down to TRACE, those of the
 * libraries down to INFO, which prints their settings.
 */
final class WatchedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private final Logger own = (Logger) LoggerFactory.getLogger("io.completionworker");
  private final Level rootBefore = root.getLevel();
  private final Level ownBefore = own.getLevel();

  private WatchedLog() {}

  static WatchedLog open() {
    WatchedLog log = new WatchedLog();
    log.setContext(log.root.getLoggerContext());
    log.watch();
    return log;
  }

  private void watch() {
    super.start();
    root.setLevel(Level.INFO);
    own.setLevel(Level.TRACE);
    root.addAppender(this);
  }

  String text() {
    return String.join("\n", lines);
  }

  /** A throwable with its causes, as it would be printed. */
  static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Override
  protected void append(ILoggingEvent event) {
    lines.add(
        event.getLoggerName()
            + ": "
            + event.getFormattedMessage()
            + " "
            + event.getKeyValuePairs());
    if (event.getThrowableProxy() != null) {
      lines.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
  }

  @Override
  public void close() {
    root.detachAppender(this);
    root.setLevel(rootBefore);
    own.setLevel(ownBefore);
    stop();
  }
}

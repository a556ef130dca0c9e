// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Every line that is logged while it is open: the worker's own down to TRACE, those of the
 * libraries down to INFO, which prints their settings. The console shows no more than before.
 */
final class WatchedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private static final Logger ROOT = logger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  /** The embedded broker, which is no part of a worker, stays as quiet as it is. */
  private static final Map<Logger, Level> WATCHED =
      Map.of(
          ROOT,
          Level.INFO,
          logger("io.completionworker"),
          Level.TRACE,
          logger("org.apache.kafka.clients"),
          Level.INFO,
          logger("org.apache.kafka.common"),
          Level.INFO,
          logger("org.apache.kafka.streams"),
          Level.INFO);

  private static final Console CONSOLE = new Console();

  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final Map<Logger, @Nullable Level> before = new HashMap<>();

  private WatchedLog() {}

  static WatchedLog open() {
    WatchedLog log = new WatchedLog();
    log.setContext(ROOT.getLoggerContext());
    log.watch();
    return log;
  }

  private void watch() {
    super.start();
    CONSOLE.start();
    WATCHED.forEach(
        (logger, level) -> {
          before.put(logger, logger.getLevel());
          logger.setLevel(level);
        });
    ROOT.addAppender(this);
  }

  List<String> lines() {
    return List.copyOf(lines);
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
    ROOT.detachAppender(this);
    before.forEach(Logger::setLevel);
    stop();
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  /** Hides what was not shown before any log was watched. */
  private static final class Console extends Filter<ILoggingEvent> {

    private final Map<String, Level> shown = new HashMap<>();

    Console() {
      WATCHED.keySet().forEach(logger -> shown.put(logger.getName(), logger.getEffectiveLevel()));
      ROOT.iteratorForAppenders().forEachRemaining(appender -> appender.addFilter(this));
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
      Level least =
          shown.entrySet().stream()
              .filter(level -> event.getLoggerName().startsWith(level.getKey()))
              .findAny()
              .map(Map.Entry::getValue)
              .orElse(shown.get(ROOT.getName()));
      return least == null || event.getLevel().isGreaterOrEqual(least)
          ? FilterReply.NEUTRAL
          : FilterReply.DENY;
    }
  }
}

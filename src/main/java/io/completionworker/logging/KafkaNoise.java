// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Limits the warnings of Kafka's clients, which warn at each try. Otherwise an outage would write a
 * line per second for each client. The worker's short transactions would write several per second
 * even in normal operation.
 *
 * <p>A warning passes three times a minute, whichever clients log it. One kind never passes: the
 * warning about a transaction that begins before the last one is written, which the producer
 * retries at once. Errors always pass.
 */
public final class KafkaNoise extends Filter<ILoggingEvent> {

  private static final String KAFKA = "org.apache.kafka.";
  private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

  /** The prefix with which Kafka's clients identify themselves in a line. */
  private static final Pattern CLIENT = Pattern.compile("^(\\[[^\\]]*\\] )+");

  private static final int A_MINUTE = 3;
  private static final int MOST = 1_000;

  private final Map<String, Integer> passed = new HashMap<>();
  private long minute;

  @Override
  public FilterReply decide(ILoggingEvent event) {
    if (!event.getLevel().equals(Level.WARN) || !event.getLoggerName().startsWith(KAFKA)) {
      return FilterReply.NEUTRAL;
    }
    if (event.getLoggerName().equals(SENDER)
        && String.valueOf(event.getFormattedMessage()).contains("CONCURRENT_TRANSACTIONS")) {
      return FilterReply.DENY;
    }
    return passes(event) ? FilterReply.NEUTRAL : FilterReply.DENY;
  }

  private synchronized boolean passes(ILoggingEvent event) {
    long now = event.getTimeStamp() / 60_000;
    if (now != minute || passed.size() > MOST) {
      minute = now;
      passed.clear();
    }
    String what =
        event.getLoggerName() + CLIENT.matcher(String.valueOf(event.getMessage())).replaceFirst("");
    return passed.merge(what, 1, Integer::sum) <= A_MINUTE;
  }
}

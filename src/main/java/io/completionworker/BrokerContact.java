// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Detects that no broker answers. Kafka Streams stays RUNNING while brokers are unreachable, so
 * this class reads the metrics of its consumers: a connected consumer gets a response from a broker
 * at least with every heartbeat. Checks only when it is called, and has no thread. Safe on every
 * thread.
 */
final class BrokerContact {

  /** Several heartbeats, since a broker that is slow once is no outage. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final String CONSUMER = "consumer-metrics";

  private final Supplier<? extends Map<MetricName, ? extends Metric>> metrics;
  private final LongSupplier nanos;
  private double heard = -1;
  private long heardAt;

  BrokerContact(Supplier<? extends Map<MetricName, ? extends Metric>> metrics, LongSupplier nanos) {
    this.metrics = metrics;
    this.nanos = nanos;
  }

  /** Returns why nothing can be read or committed; empty while brokers answer. */
  synchronized Optional<String> notReadyReason() {
    double answers = 0;
    double connections = 0;
    boolean found = false;
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.get().entrySet()) {
      MetricName name = metric.getKey();
      if (ofMainConsumer(name) && metric.getValue().metricValue() instanceof Double value) {
        if (name.name().equals("response-total")) {
          answers += value;
          found = true;
        } else if (name.name().equals("connection-count")) {
          connections += value;
        }
      }
    }
    if (!found) {
      return Optional.empty(); // no consumer yet, which the state of Kafka Streams shows
    }
    long now = nanos.getAsLong();
    if (answers != heard) {
      heard = answers;
      heardAt = now;
    }
    Duration silence = Duration.ofNanos(now - heardAt);
    if (connections == 0) {
      return Optional.of("no Kafka broker is connected");
    }
    return silence.compareTo(SILENCE) > 0
        ? Optional.of("no Kafka broker has answered for " + silence.toSeconds() + " s")
        : Optional.empty();
  }

  /**
   * Returns true for a metric of a main consumer. Metrics of the restore consumer do not count: it
   * has nothing to request most of the time.
   */
  private static boolean ofMainConsumer(MetricName name) {
    String client = name.tags().getOrDefault("client-id", "");
    return name.group().equals(CONSUMER)
        && client.endsWith("-consumer")
        && !client.endsWith("-restore-consumer")
        && !client.endsWith("-global-consumer");
  }
}

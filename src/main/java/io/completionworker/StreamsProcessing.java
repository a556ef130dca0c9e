// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.IntakeControl;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams as the intake control sees it. This object is created before Kafka Streams, since
 * the topology needs the intake control. It is not running until Kafka Streams is attached.
 */
final class StreamsProcessing implements IntakeControl.Processing {

  private volatile @Nullable KafkaStreams streams;

  /** Poll meter of each stream thread, as of the last search. */
  private volatile Map<String, Metric> pollMeters = Map.of();

  void attach(KafkaStreams made) {
    streams = made;
  }

  @Override
  public void pause() {
    KafkaStreams attached = streams;
    if (attached != null) {
      attached.pause();
    }
  }

  @Override
  public void resume() {
    KafkaStreams attached = streams;
    if (attached != null) {
      attached.resume();
    }
  }

  /**
   * Reads the stream threads' own meters, since there is no other public sign that a thread has
   * polled. Searches all meters for them only when a thread has ended or started.
   */
  @Override
  public Map<String, Double> polls() {
    KafkaStreams attached = streams;
    Map<String, Double> polls = new HashMap<>();
    if (attached == null) {
      return polls;
    }
    Set<String> threads =
        attached.metadataForLocalThreads().stream()
            .map(ThreadMetadata::threadName)
            .collect(Collectors.toSet());
    Map<String, Metric> meters = pollMeters;
    if (!meters.keySet().equals(threads)) {
      meters = pollMeters(attached.metrics(), threads);
      pollMeters = meters;
    }
    meters.forEach(
        (thread, meter) -> {
          if (meter.metricValue() instanceof Double count) {
            polls.put(thread, count);
          }
        });
    return polls;
  }

  private static Map<String, Metric> pollMeters(
      Map<MetricName, ? extends Metric> all, Set<String> threads) {
    Map<String, Metric> found = new HashMap<>();
    all.forEach(
        (name, meter) -> {
          String thread = name.tags().getOrDefault("thread-id", "");
          if (name.name().equals("poll-total")
              && name.group().equals("stream-thread-metrics")
              && threads.contains(thread)) {
            found.put(thread, meter);
          }
        });
    return Map.copyOf(found);
  }

  @Override
  public boolean running() {
    KafkaStreams attached = streams;
    return attached != null && attached.state() == KafkaStreams.State.RUNNING;
  }
}

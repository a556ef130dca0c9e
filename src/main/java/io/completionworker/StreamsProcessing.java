// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.IntakeControl;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * Kafka Streams as the intake sees it. Made before Kafka Streams is, since the topology needs the
 * intake; not running until then.
 */
final class StreamsProcessing implements IntakeControl.Processing {

  private volatile @Nullable KafkaStreams streams;

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

  /** Of the stream threads' own meters; there is no other public sign that a thread has polled. */
  @Override
  public Map<String, Double> polls() {
    KafkaStreams attached = streams;
    Map<String, Double> polls = new HashMap<>();
    if (attached == null) {
      return polls;
    }
    for (Map.Entry<MetricName, ? extends Metric> metric : attached.metrics().entrySet()) {
      MetricName name = metric.getKey();
      if (name.name().equals("poll-total")
          && name.group().equals("stream-thread-metrics")
          && metric.getValue().metricValue() instanceof Double count) {
        polls.put(name.tags().getOrDefault("thread-id", ""), count);
      }
    }
    return polls;
  }

  @Override
  public boolean running() {
    KafkaStreams attached = streams;
    return attached != null && attached.state() == KafkaStreams.State.RUNNING;
  }
}

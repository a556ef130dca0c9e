package io.completionworker;

import io.completionworker.async.IntakeControl;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/** Kafka Streams as the intake sees it. */
record StreamsProcessing(KafkaStreams streams) implements IntakeControl.Processing {

  @Override
  public void pause() {
    streams.pause();
  }

  @Override
  public void resume() {
    streams.resume();
  }

  /** Of the stream threads' own meters; there is no other public sign that a thread has polled. */
  @Override
  public Map<String, Double> polls() {
    Map<String, Double> polls = new HashMap<>();
    for (Map.Entry<MetricName, ? extends Metric> metric : streams.metrics().entrySet()) {
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
    return streams.state() == KafkaStreams.State.RUNNING;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamsProcessingTest {

  private final CountedStreams streams = new CountedStreams();
  private final StreamsProcessing processing = new StreamsProcessing();

  @AfterEach
  void close() {
    streams.close();
  }

  @Test
  void shouldHaveNoPollsBeforeThereIsKafkaStreams() {
    assertThat(processing.polls()).isEmpty();
  }

  @Test
  void shouldLookForTheMetersOnceForTheSameThreads() {
    processing.attach(streams);
    for (int look = 0; look < 50; look++) {
      assertThat(processing.polls()).hasSize(2).containsValue(0.0);
    }

    assertThat(streams.walks).isEqualTo(1);
  }

  @Test
  void shouldLookAgainWhenAThreadHasGoneOrCome() {
    processing.attach(streams);
    assertThat(processing.polls()).hasSize(2);

    String gone = processing.polls().keySet().iterator().next();
    streams.gone.add(gone);
    assertThat(processing.polls()).hasSize(1).doesNotContainKey(gone);

    streams.gone.clear();
    assertThat(processing.polls()).hasSize(2);
  }

  /** Two threads that never start; counts how often all of its meters are gone through. */
  private static final class CountedStreams extends KafkaStreams {

    private final Set<String> gone = new HashSet<>();
    private int walks;

    CountedStreams() {
      super(topology(), settings());
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
      walks++;
      return super.metrics();
    }

    @Override
    public Set<ThreadMetadata> metadataForLocalThreads() {
      Set<ThreadMetadata> threads = new HashSet<>(super.metadataForLocalThreads());
      threads.removeIf(thread -> gone.contains(thread.threadName()));
      return threads;
    }

    private static Topology topology() {
      StreamsBuilder builder = new StreamsBuilder();
      builder.stream("requests").to("responses");
      return builder.build();
    }

    private static Properties settings() {
      Properties settings = new Properties();
      settings.put("application.id", "counted");
      settings.put("bootstrap.servers", "127.0.0.1:1");
      settings.put("num.stream.threads", "2");
      return settings;
    }
  }
}

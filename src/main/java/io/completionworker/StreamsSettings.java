// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The configuration of Kafka Streams. The user's {@code kafka.*} settings replace the worker's
 * defaults, and a few fixed settings replace both.
 */
final class StreamsSettings {

  /** The bytes that a batch needs around a record of the largest size. */
  private static final int BATCH_OVERHEAD_BYTES = 65_536;

  private static final long MIN_BUFFER_BYTES = 33_554_432L;

  private StreamsSettings() {}

  static Map<String, Object> of(WorkerSettings settings) {
    Map<String, String> kafka = settings.kafka();
    Map<String, Object> streams = new HashMap<>(defaults(kafka));
    streams.putAll(kafka);
    streams.putAll(fixed(settings.async().maxRecordBytes()));
    // Tombstones are deleted after this time, so an older state could still hold finished requests.
    streams.put(
        StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG,
        settings.async().changelog().get(TopicConfig.DELETE_RETENTION_MS_CONFIG));
    return streams;
  }

  /** Returns the settings of an admin client that is not one of Kafka Streams' own. */
  static Map<String, Object> admin(WorkerSettings settings) {
    return config(settings).getAdminConfigs("completion-worker-partitions");
  }

  /**
   * Returns the number of stream threads of an instance; the default is one, as in Kafka Streams.
   */
  static int threads(WorkerSettings settings) {
    String threads = settings.kafka().get(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
    return threads == null ? 1 : Math.max(1, Integer.parseInt(threads.strip()));
  }

  /** Returns the time for which a stream thread writes before it commits. */
  static Duration commitInterval(WorkerSettings settings) {
    return Duration.ofMillis(config(settings).getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
  }

  /** Returns the same settings as {@link #of}, validated by Kafka Streams. */
  static StreamsConfig config(WorkerSettings settings) {
    return new StreamsConfig(of(settings));
  }

  private static Map<String, Object> defaults(Map<String, String> kafka) {
    Map<String, Object> defaults = new HashMap<>();
    // An idle thread checks for outcomes at this interval, and blocks in poll in between.
    defaults.put(StreamsConfig.POLL_MS_CONFIG, 10);
    defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // Small, so that a paused intake stops quickly and a round of the stream thread is short.
    defaults.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 32);
    defaults.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
    // For the usage windows and the marks. Pending requests are not cached.
    defaults.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 4_194_304L);
    // A task is restored in seconds, since its changelog is kept small. That is better than a
    // warm-up on a new instance, after which the task is moved minutes later.
    defaults.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, Long.MAX_VALUE);
    boolean classic =
        !"streams".equalsIgnoreCase(kafka.getOrDefault(StreamsConfig.GROUP_PROTOCOL_CONFIG, ""));
    if (classic) {
      // With the streams protocol the broker sets these, and rejects them from a client.
      defaults.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
      defaults.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    }
    return defaults;
  }

  private static Map<String, Object> fixed(int maxRecordBytes) {
    int largest = maxRecordBytes + BATCH_OVERHEAD_BYTES;
    return Map.of(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        StreamsConfig.EXACTLY_ONCE_V2,
        "processing.exception.handler.global.enabled",
        true,
        StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
        true,
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        largest,
        ProducerConfig.BUFFER_MEMORY_CONFIG,
        Math.max(MIN_BUFFER_BYTES, 4L * largest));
  }
}

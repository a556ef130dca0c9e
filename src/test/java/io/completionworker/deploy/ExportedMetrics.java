// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import io.completionworker.metrics.MeterSpec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Names that Prometheus sees at a worker. */
final class ExportedMetrics {

  /**
   * Of Prometheus, the JVM and Kafka, as far as they are used; {@code PrometheusIT} asks for them.
   */
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "jvm_buffer_memory_used_bytes",
          "jvm_gc_live_data_size_bytes",
          "jvm_gc_max_data_size_bytes",
          "jvm_gc_pause_seconds_sum",
          "jvm_memory_max_bytes",
          "jvm_memory_used_bytes",
          "kafka_consumer_coordinator_rebalance_total",
          "kafka_consumer_fetch_manager_records_consumed_total",
          "kafka_consumer_fetch_manager_records_lag",
          "kafka_producer_topic_record_send_total",
          "kafka_stream_failed_stream_threads_total",
          "kafka_stream_thread_commit_total",
          "process_cpu_usage",
          "system_cpu_count");

  private ExportedMetrics() {}

  /** All series. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>(OTHERS);
    for (MeterSpec meter : MeterSpec.all()) {
      endings(meter.kind()).forEach(ending -> names.add(meter.prometheusName() + ending));
    }
    return names;
  }

  /** The worker's own meters, without the endings of their series. */
  static Set<String> families() {
    return MeterSpec.all().stream().map(MeterSpec::prometheusName).collect(Collectors.toSet());
  }

  private static List<String> endings(MeterSpec.Kind kind) {
    return switch (kind) {
      case GAUGE, COUNTER -> List.of("");
      case TIMER, HISTOGRAM -> List.of("_bucket", "_count", "_sum", "_max");
    };
  }
}

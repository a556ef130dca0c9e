package io.completionworker.deploy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names that Prometheus sees at a worker. */
final class ExportedMetrics {

  private static final List<String> GAUGE = List.of("");
  private static final List<String> COUNTER = List.of("_total");
  private static final List<String> TIMER =
      List.of("_seconds_bucket", "_seconds_count", "_seconds_sum", "_seconds_max");
  private static final List<String> HISTOGRAM = List.of("_bucket", "_count", "_sum", "_max");

  private static final String OURS = "completion_worker_";

  /** What the names of the series of a meter end with. */
  private static final Map<String, List<String>> FAMILIES =
      Map.ofEntries(
          Map.entry(OURS + "in_flight", GAUGE),
          Map.entry(OURS + "pending_records", GAUGE),
          Map.entry(OURS + "pending_bytes", GAUGE),
          Map.entry(OURS + "parked_records", GAUGE),
          Map.entry(OURS + "limit_share", GAUGE),
          Map.entry(OURS + "intake_paused", GAUGE),
          Map.entry(OURS + "attempts", TIMER),
          Map.entry(OURS + "outcomes", COUNTER),
          Map.entry(OURS + "retries", COUNTER),
          Map.entry(OURS + "stale", COUNTER),
          Map.entry(OURS + "recovered", COUNTER),
          Map.entry(OURS + "headers_refused", COUNTER),
          Map.entry(OURS + "holds", COUNTER),
          Map.entry(OURS + "credentials_on_hold", GAUGE),
          Map.entry(OURS + "breakers_open", GAUGE),
          Map.entry(OURS + "breaker_openings", COUNTER),
          Map.entry(OURS + "unpriced", COUNTER),
          Map.entry("gen_ai_client_operation_duration", TIMER),
          Map.entry("gen_ai_client_token_usage", HISTOGRAM),
          Map.entry(OURS + "tokens", COUNTER),
          Map.entry(OURS + "cost", COUNTER),
          Map.entry(OURS + "request_duration", TIMER),
          Map.entry(OURS + "queue_age", GAUGE),
          Map.entry(OURS + "waiting", GAUGE),
          Map.entry(OURS + "permit_wait", TIMER),
          Map.entry(OURS + "limit_available", GAUGE),
          Map.entry(OURS + "limit_scopes", GAUGE),
          Map.entry(OURS + "chunks", COUNTER),
          Map.entry(OURS + "chunks_first", TIMER),
          Map.entry(OURS + "usage_windows", COUNTER),
          Map.entry(OURS + "codec_queue", GAUGE),
          Map.entry(OURS + "registry_down", GAUGE),
          Map.entry(OURS + "ready", GAUGE),
          Map.entry(OURS + "info", GAUGE));

  /** Of Prometheus, the JVM and Kafka, as far as they are used. */
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "jvm_buffer_memory_used_bytes",
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
    FAMILIES.forEach((family, endings) -> endings.forEach(ending -> names.add(family + ending)));
    return names;
  }

  /** The worker's own meters, without the endings of their series. */
  static Set<String> families() {
    return FAMILIES.keySet();
  }
}

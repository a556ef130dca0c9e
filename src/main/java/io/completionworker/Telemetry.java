// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.avro.FailureReason;
import io.completionworker.config.Glob;
import io.completionworker.config.WorkerSettings;
import io.completionworker.headers.KnownHeader;
import io.completionworker.metrics.Meters;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KafkaStreams;

/**
 * The meter registry of one worker: the worker's own meters, those of the JVM and the process, and
 * those of Kafka. Safe on every thread.
 */
final class Telemetry implements AutoCloseable {

  private static final String KAFKA = "kafka.";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Meters meters;
  private final List<KafkaStreamsMetrics> kafka = new ArrayList<>();

  /** Registers all meters that do not need Kafka. */
  Telemetry(WorkerSettings settings) {
    List<Glob> shown = settings.metrics().kafka().stream().map(Glob::new).toList();
    registry.config().meterFilter(MeterFilter.deny(id -> hidden(id, shown)));
    meters =
        new Meters(
            registry,
            settings.metrics(),
            settings.gateway().credentials().provider(),
            settings.classes().names());
    meters.expect(
        Arrays.stream(FailureReason.values()).map(FailureReason::name).toList(),
        Arrays.stream(KnownHeader.values())
            .filter(KnownHeader::isRefused)
            .map(KnownHeader::text)
            .toList());
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  private static boolean hidden(Meter.Id id, List<Glob> shown) {
    return id.getName().startsWith(KAFKA)
        && shown.stream().noneMatch(pattern -> pattern.matches(id.getName()));
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  Meters meters() {
    return meters;
  }

  /** Adds the meters of a Kafka Streams and its clients, and follows them as they come and go. */
  void watch(KafkaStreams streams) {
    KafkaStreamsMetrics bound = new KafkaStreamsMetrics(streams);
    kafka.add(bound);
    bound.bindTo(registry);
  }

  @Override
  public void close() {
    kafka.forEach(KafkaStreamsMetrics::close);
    collections.close();
  }
}

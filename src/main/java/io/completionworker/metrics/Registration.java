// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Registers meters as their specs have them: no other name, no other tags. What is registered
 * already is handed out again. Safe on every thread.
 */
record Registration(MeterRegistry registry) {

  private static final double NANOS_PER_SECOND = 1e9;

  void gauge(MeterSpec spec, Supplier<Number> value, String... tagValues) {
    Gauge.builder(spec.name(), value)
        .tags(tags(spec, tagValues))
        .description(spec.plainDescription())
        .strongReference(true)
        .register(registry);
  }

  Counter counter(MeterSpec spec, String... tagValues) {
    return Counter.builder(spec.name())
        .tags(tags(spec, tagValues))
        .description(spec.plainDescription())
        .register(registry);
  }

  Timer timer(MeterSpec spec, String... tagValues) {
    Duration[] buckets =
        spec.buckets().stream()
            .map(seconds -> Duration.ofNanos(Math.round(seconds * NANOS_PER_SECOND)))
            .toArray(Duration[]::new);
    return Timer.builder(spec.name())
        .tags(tags(spec, tagValues))
        .description(spec.plainDescription())
        .serviceLevelObjectives(buckets)
        .register(registry);
  }

  DistributionSummary histogram(MeterSpec spec, String... tagValues) {
    return DistributionSummary.builder(spec.name())
        .tags(tags(spec, tagValues))
        .description(spec.plainDescription())
        .serviceLevelObjectives(spec.buckets().stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry);
  }

  private Tags tags(MeterSpec spec, String... values) {
    List<MeterSpec.TagSpec> keys = spec.tags();
    if (keys.size() != values.length) {
      throw new IllegalArgumentException(spec.name() + " has the tags " + keys);
    }
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(keys.get(i).key(), values[i]));
    }
    return Tags.of(tags);
  }

  /**
   * The meters of one name by the value of a tag, each registered when its value first occurs, so
   * that a record costs a look-up and builds no strings. The values must be a fixed list or
   * bounded. Safe on every thread.
   */
  static final class ByTag<M> {

    private final ConcurrentHashMap<String, M> meters = new ConcurrentHashMap<>();
    private final Function<String, M> make;

    ByTag(Function<String, M> make) {
      this.make = make;
    }

    M of(String value) {
      M known = meters.get(value); // takes no lock, as computeIfAbsent may
      return known == null ? meters.computeIfAbsent(value, make) : known;
    }
  }
}

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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What is public of one meter. Whatever is registered is registered by one of these.
 *
 * @param name in Micrometer's form, with dots
 * @param unit of its values; not part of its name, but for the seconds of a timer
 * @param tags in their order; every series has all of them
 * @param buckets upper bounds of a histogram, rising, in the unit; empty where there is none
 * @param description what it says
 */
public record MeterSpec(
    String name,
    Kind kind,
    String unit,
    List<TagSpec> tags,
    List<Double> buckets,
    String description) {

  /** What a meter does. */
  public enum Kind {
    /** Is what it is now. */
    GAUGE,
    /** Only goes up. */
    COUNTER,
    /** Counts durations, adds them up and sorts them into buckets. */
    TIMER,
    /** The same with other values. */
    HISTOGRAM;

    /** In lower case. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A tag.
   *
   * @param values what it can be, in words
   */
  public record TagSpec(String key, String values) {}

  /** Copies the lists. */
  public MeterSpec {
    tags = List.copyOf(tags);
    buckets = List.copyOf(buckets);
  }

  /** Every meter of the worker, in the order of the reference page. */
  public static List<MeterSpec> all() {
    return Stream.of(RequestMeters.ALL, CallMeters.ALL, HealthMeters.ALL)
        .flatMap(List::stream)
        .toList();
  }

  static MeterSpec gauge(String name, String unit, String description) {
    return new MeterSpec(name, Kind.GAUGE, unit, List.of(), List.of(), description);
  }

  static MeterSpec counter(String name, String unit, String description) {
    return new MeterSpec(name, Kind.COUNTER, unit, List.of(), List.of(), description);
  }

  /** A timer with a bucket up to each of these seconds. */
  static MeterSpec timer(String name, String description, double... seconds) {
    return new MeterSpec(name, Kind.TIMER, "seconds", List.of(), boxed(seconds), description);
  }

  /** A histogram with a bucket up to each of these values. */
  static MeterSpec histogram(String name, String unit, String description, double... bounds) {
    return new MeterSpec(name, Kind.HISTOGRAM, unit, List.of(), boxed(bounds), description);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** The same with one more tag. */
  MeterSpec tag(String key, String values) {
    List<TagSpec> more = new ArrayList<>(tags);
    more.add(new TagSpec(key, values));
    return new MeterSpec(name, kind, unit, more, buckets, description);
  }

  /** What it says, without the marks of the page. */
  String plainDescription() {
    return description.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
  }

  /** Its name in Prometheus' form; of a timer or histogram, what its three series begin with. */
  public String prometheusName() {
    String base = name.replace('.', '_');
    return switch (kind) {
      case COUNTER -> base + "_total";
      case TIMER -> base + "_seconds";
      case GAUGE, HISTOGRAM -> base;
    };
  }

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
          .serviceLevelObjectives(
              spec.buckets().stream().mapToDouble(Double::doubleValue).toArray())
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
}

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
 * The public definition of one meter. Every meter is registered from such a definition.
 *
 * @param name the name in Micrometer's form, with dots
 * @param unit the unit of its values. It is not part of the name, except for the seconds of a
 *     timer.
 * @param tags the tags in order. Every series has all of them.
 * @param buckets the upper bounds of a histogram, in ascending order and in the unit; empty if
 *     there are none
 * @param description what it measures
 */
public record MeterSpec(
    String name,
    Kind kind,
    String unit,
    List<TagSpec> tags,
    List<Double> buckets,
    String description) {

  /** The tag that meters of one class of requests have if there are several classes. */
  public static final String CLASS = "class";

  /** The kind of a meter. */
  public enum Kind {
    /** Has a current value. */
    GAUGE,
    /** Only increases. */
    COUNTER,
    /** Counts durations, sums them up and sorts them into buckets. */
    TIMER,
    /** Does the same with values other than durations. */
    HISTOGRAM;

    /** Returns the name in lower case. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A tag.
   *
   * @param values its possible values, in words
   */
  public record TagSpec(String key, String values) {}

  /** Copies the lists. */
  public MeterSpec {
    tags = List.copyOf(tags);
    buckets = List.copyOf(buckets);
  }

  /** Returns every meter of the worker, in the order of the reference page. */
  public static List<MeterSpec> all() {
    return Stream.of(RequestMeters.ALL, CallMeters.ALL, TierMeters.ALL, HealthMeters.ALL)
        .flatMap(List::stream)
        .toList();
  }

  static MeterSpec gauge(String name, String unit, String description) {
    return new MeterSpec(name, Kind.GAUGE, unit, List.of(), List.of(), description);
  }

  static MeterSpec counter(String name, String unit, String description) {
    return new MeterSpec(name, Kind.COUNTER, unit, List.of(), List.of(), description);
  }

  /** Creates a timer with these upper bounds of buckets, in seconds. */
  static MeterSpec timer(String name, String description, double... seconds) {
    return new MeterSpec(name, Kind.TIMER, "seconds", List.of(), boxed(seconds), description);
  }

  /** Creates a histogram with these upper bounds of buckets. */
  static MeterSpec histogram(String name, String unit, String description, double... bounds) {
    return new MeterSpec(name, Kind.HISTOGRAM, unit, List.of(), boxed(bounds), description);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /** Returns a copy with one more tag. */
  MeterSpec tag(String key, String values) {
    List<TagSpec> more = new ArrayList<>(tags);
    more.add(new TagSpec(key, values));
    return new MeterSpec(name, kind, unit, more, buckets, description);
  }

  /** Returns the meter as it is with several classes of requests: with the tag {@code class}. */
  MeterSpec ofClass() {
    return tag(CLASS, "a class of `classes`");
  }

  /** Returns the description without the Markdown of the page. */
  String plainDescription() {
    return description.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
  }

  /**
   * Returns the name in Prometheus's form. For a timer or histogram, it is the prefix of its three
   * series.
   */
  public String prometheusName() {
    String base = name.replace('.', '_');
    return switch (kind) {
      case COUNTER -> base + "_total";
      case TIMER -> base + "_seconds";
      case GAUGE, HISTOGRAM -> base;
    };
  }

  /**
   * Registers meters as their definitions have them, with no other names or tags. A meter that is
   * already registered is returned again. Safe on every thread.
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
     * The meters of one name by the value of a tag. Each is registered when its value first occurs,
     * so recording takes one lookup and builds no strings. The values must be from a fixed list or
     * bounded. Safe on every thread.
     */
    static final class ByTag<M> {

      private final ConcurrentHashMap<String, M> meters = new ConcurrentHashMap<>();
      private final Function<String, M> make;

      ByTag(Function<String, M> make) {
        this.make = make;
      }

      M of(String value) {
        M known = meters.get(value); // takes no lock, whereas computeIfAbsent may
        return known == null ? meters.computeIfAbsent(value, make) : known;
      }
    }
  }
}

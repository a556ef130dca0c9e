// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
}

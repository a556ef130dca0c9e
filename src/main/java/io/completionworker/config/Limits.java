// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one scope, as they are set for its account. Null means no limit.
 *
 * @param tokensPerMinute prompt tokens and completion tokens together
 */
public record Limits(
    @Nullable Double requestsPerSecond,
    @Nullable Double requestsPerMinute,
    @Nullable Long tokensPerMinute,
    @Nullable Long inputTokensPerMinute,
    @Nullable Long outputTokensPerMinute,
    @Nullable Integer maxInFlight) {

  /** No limit at all. */
  public static final Limits NONE = new Limits(null, null, null, null, null, null);

  static final String PREFIX = "rate.limit.";

  public static final String REQUESTS_PER_SECOND = "requests.per.second";
  public static final String REQUESTS_PER_MINUTE = "requests.per.minute";
  public static final String TOKENS_PER_MINUTE = "tokens.per.minute";
  public static final String INPUT_TOKENS_PER_MINUTE = "input.tokens.per.minute";
  public static final String OUTPUT_TOKENS_PER_MINUTE = "output.tokens.per.minute";
  public static final String MAX_IN_FLIGHT = "max.in.flight";

  private static final Map<String, Counts> COUNTED =
      Map.of(
          REQUESTS_PER_SECOND, Counts.REQUESTS,
          REQUESTS_PER_MINUTE, Counts.REQUESTS,
          TOKENS_PER_MINUTE, Counts.TOKENS,
          INPUT_TOKENS_PER_MINUTE, Counts.INPUT_TOKENS,
          OUTPUT_TOKENS_PER_MINUTE, Counts.OUTPUT_TOKENS);

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Allowed RATE = Allowed.between(0.001, 1_000_000_000.0);
  private static final Allowed TOKENS = Allowed.between(1, 1_000_000_000_000L);

  /** The definition of one limit as a configuration key. */
  record Key(String name, ConfigDef.Type type, Allowed allowed, String doc) {}

  static final List<Key> KEYS =
      List.of(
          new Key(
              REQUESTS_PER_SECOND,
              ConfigDef.Type.DOUBLE,
              RATE,
              "Maximum calls started in a second, for each scope on all instances together."),
          new Key(
              REQUESTS_PER_MINUTE,
              ConfigDef.Type.DOUBLE,
              RATE,
              "Maximum calls started in a minute, for each scope on all instances together. They"
                  + " are spread over the minute."),
          new Key(
              TOKENS_PER_MINUTE,
              ConfigDef.Type.LONG,
              TOKENS,
              "Maximum tokens in a minute, for each scope on all instances together. A call counts"
                  + " the tokens of its prompt and those allowed for its completion; its reported"
                  + " usage corrects the count."),
          new Key(
              INPUT_TOKENS_PER_MINUTE,
              ConfigDef.Type.LONG,
              TOKENS,
              "Maximum prompt tokens in a minute, for each scope on all instances together."),
          new Key(
              OUTPUT_TOKENS_PER_MINUTE,
              ConfigDef.Type.LONG,
              TOKENS,
              "Maximum completion tokens in a minute, for each scope on all instances together."),
          new Key(
              MAX_IN_FLIGHT,
              ConfigDef.Type.INT,
              Allowed.between(1, 100_000),
              "Maximum open calls, for each scope on all instances together."));

  /** Returns the key of a default limit, such as that of {@link #TOKENS_PER_MINUTE}. */
  public static String key(String limit) {
    return PREFIX + limit;
  }

  /** Returns the limits that are given, by their names without a prefix and in a fixed order. */
  private Map<String, Number> given() {
    Map<String, Number> given = new LinkedHashMap<>();
    put(given, REQUESTS_PER_SECOND, requestsPerSecond);
    put(given, REQUESTS_PER_MINUTE, requestsPerMinute);
    put(given, TOKENS_PER_MINUTE, tokensPerMinute);
    put(given, INPUT_TOKENS_PER_MINUTE, inputTokensPerMinute);
    put(given, OUTPUT_TOKENS_PER_MINUTE, outputTokensPerMinute);
    put(given, MAX_IN_FLIGHT, maxInFlight);
    return given;
  }

  private static void put(Map<String, Number> given, String name, @Nullable Number limit) {
    if (limit != null) {
      given.put(name, limit);
    }
  }

  /** What a rate is a number of. */
  public enum Counts {
    REQUESTS,
    TOKENS,
    INPUT_TOKENS,
    OUTPUT_TOKENS;

    /** Returns how many of these so many requests with these tokens are. */
    public long of(long requests, long input, long output) {
      return switch (this) {
        case REQUESTS -> requests;
        case TOKENS -> input + output;
        case INPUT_TOKENS -> input;
        case OUTPUT_TOKENS -> output;
      };
    }
  }

  /**
   * A limit on how much there may be in some time.
   *
   * @param name without a prefix
   * @param most how much in that time
   */
  public record Rate(String name, Counts counts, double most, Duration time) {

    public double perSecond() {
      return most / time.toSeconds();
    }
  }

  /** Returns the limits that are rates, in a fixed order. */
  public List<Rate> rates() {
    List<Rate> rates = new ArrayList<>();
    given()
        .forEach(
            (name, most) -> {
              Counts counts = COUNTED.get(name);
              if (counts != null) {
                Duration time = name.equals(REQUESTS_PER_SECOND) ? SECOND : MINUTE;
                rates.add(new Rate(name, counts, most.doubleValue(), time));
              }
            });
    return rates;
  }

  /**
   * Returns the limits as text; {@code no limit} if none is given.
   *
   * @param part returns the text of one limit, from its name without a prefix and its number
   */
  public String text(BinaryOperator<String> part) {
    List<String> parts = new ArrayList<>();
    given()
        .forEach(
            (name, limit) -> {
              BigDecimal number = new BigDecimal(limit.toString()).stripTrailingZeros();
              parts.add(part.apply(name, number.toPlainString()));
            });
    return parts.isEmpty() ? "no limit" : String.join(", ", parts);
  }

  /**
   * Returns what is wrong with these limits, by their names without a prefix; empty if they are as
   * the configuration allows.
   */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    Map<String, Number> given = given();
    for (Key key : KEYS) {
      Object value = given.get(key.name);
      try {
        key.allowed.ensureValid(key.name, value);
      } catch (ConfigException e) {
        faults.add(key.name + ": '" + value + "' is not allowed; allowed: " + key.allowed);
      }
    }
    return faults;
  }

  /** Whether these limits require tokens to be counted. */
  public boolean countsTokens() {
    return tokensPerMinute != null || inputTokensPerMinute != null || outputTokensPerMinute != null;
  }

  static void define(KeyGroup group) {
    for (Key key : KEYS) {
      group.key(PREFIX + key.name, key.type, null, key.allowed, Importance.HIGH, key.doc);
    }
  }

  /**
   * @param values parsed values, by key with the prefix
   */
  static Limits from(Map<String, ?> values) {
    return new Limits(
        (Double) values.get(PREFIX + REQUESTS_PER_SECOND),
        (Double) values.get(PREFIX + REQUESTS_PER_MINUTE),
        (Long) values.get(PREFIX + TOKENS_PER_MINUTE),
        (Long) values.get(PREFIX + INPUT_TOKENS_PER_MINUTE),
        (Long) values.get(PREFIX + OUTPUT_TOKENS_PER_MINUTE),
        (Integer) values.get(PREFIX + MAX_IN_FLIGHT));
  }
}

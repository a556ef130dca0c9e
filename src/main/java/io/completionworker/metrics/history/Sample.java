// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that is shown of one moment.
 *
 * @param tables those that have rows
 * @param minute how much of the last minute was seen: less than a minute at first
 */
public record Sample(Point point, Map<Table, List<Row>> tables, Duration minute) {

  /** A copy of the tables is kept. */
  public Sample {
    tables = Map.copyOf(tables);
  }

  /**
   * The values of one moment.
   *
   * @param values finite; a series that has none at that time is not in it
   * @param exceeded series of which is only known that they are above their value
   */
  public record Point(Instant time, Map<Series, Double> values, Set<Series> exceeded) {

    /** Copies are kept. */
    public Point {
      values = Map.copyOf(values);
      exceeded = Set.copyOf(exceeded);
    }
  }

  /**
   * A row of a table.
   *
   * @param names what the row is of; they may come from outside, so nothing is known of their text
   * @param values in the order that the table says; null where a value is not known
   */
  public record Row(List<String> names, List<@Nullable Double> values) {

    /** Copies are kept. */
    public Row {
      names = List.copyOf(names);
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /** What is shown by one or two names. */
  public enum Table {
    /** By reason: failed and retried in the last quarter of an hour, failed since the start. */
    FAILURES,
    /** By what requests wait for: how many. */
    WAITING,
    /** By reason: credentials put on hold in the last quarter of an hour, and since the start. */
    HOLDS,
    /**
     * By model: completion tokens, prompt tokens and cost of the last minute, as far as they are
     * known.
     */
    MODELS,
    /** By currency: the cost of the last minute, and since the start. */
    COSTS
  }

  /** Values that have a history. A value whose meter is not there is left out. */
  public enum Series {
    /** Responses a second, over the last ten seconds. */
    RESPONSES,
    /** Requests a second that ended without an answer, dead letters among them. */
    FAILURES,
    /** Further attempts a second. */
    RETRIES,
    /** Calls open at the endpoint. */
    IN_FLIGHT,
    /** Requests accepted and without an outcome. */
    PENDING,
    /** Their size in the store, in bytes. */
    PENDING_BYTES,
    /** Those that wait undecoded for room in their scope. */
    PARKED,
    /** Age of the oldest of them in seconds. */
    QUEUE_AGE,
    /** Seconds that answered calls took, half of them at most this, over the last minute. */
    CALL_P50,
    /** The same for 95 of 100. */
    CALL_P95,
    /** The same for 99 of 100. */
    CALL_P99,
    /** Seconds from request to response, half of them at most this, over the last minute. */
    REQUEST_P50,
    /** The same for 95 of 100. */
    REQUEST_P95,
    /** The same for 99 of 100. */
    REQUEST_P99,
    /** Tokens of prompts in the last minute, or since the start when that is less. */
    PROMPT_TOKENS,
    /** The same of answers. */
    COMPLETION_TOKENS,
    /** What they cost; a price file has one currency. */
    COST,
    /** This instance's part of the limits, from 0 to 1. */
    SHARE,
    /** Credentials on hold. */
    ON_HOLD,
    /** Credentials whose breaker is open. */
    BREAKERS_OPEN,
    /** 1 while the intake is paused. */
    INTAKE_PAUSED,
    /**
     * Records of the request topic that the group has not taken, in the partitions that are here.
     */
    LAG,
    /** Outcomes a second over the last minute; none in the first minute. */
    DONE,
    /** Calls that ended in the last minute, or since the start when that is less. */
    CALLS,
    /** Those of them without an answer. */
    CALLS_FAILED
  }
}

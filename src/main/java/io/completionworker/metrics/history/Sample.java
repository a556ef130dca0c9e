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
 * Everything that is shown of one moment.
 *
 * @param tables the tables that have rows
 * @param minute how much of the last minute was observed, which is less than a minute at first
 */
public record Sample(Point point, Map<Table, List<Row>> tables, Duration minute) {

  /** Copies the tables. */
  public Sample {
    tables = Map.copyOf(tables);
  }

  /**
   * The values of one moment.
   *
   * @param values finite values. A series without a value at that time is absent.
   * @param exceeded the series that are only known to be above their value
   */
  public record Point(Instant time, Map<Series, Double> values, Set<Series> exceeded) {

    /** Copies the collections. */
    public Point {
      values = Map.copyOf(values);
      exceeded = Set.copyOf(exceeded);
    }
  }

  /**
   * A row of a table.
   *
   * @param names what the row is about. Names may come from outside, so they may be any text.
   * @param values the values in the order of the table; null if a value is unknown
   */
  public record Row(List<String> names, List<@Nullable Double> values) {

    /** Copies the lists. */
    public Row {
      names = List.copyOf(names);
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /** Tables whose rows have one or two names. */
  public enum Table {
    /** By reason: failed and retried in the last 15 minutes, failed since the start. */
    FAILURES,
    /** By what requests wait for: the number of requests. */
    WAITING,
    /** By reason: credentials put on hold in the last 15 minutes, and since the start. */
    HOLDS,
    /**
     * By model: completion tokens, prompt tokens and cost of the last minute, as far as they are
     * known.
     */
    MODELS,
    /** By class of requests: calls of the last minute, pending requests, and the lag if known. */
    CLASSES,
    /** By tenant: tokens and calls of the last minute, and the requests that wait. */
    TENANTS,
    /** By currency: the cost of the last minute, and since the start. */
    COSTS
  }

  /** Values that have a history. A value whose meter does not exist is left out. */
  public enum Series {
    /** Responses per second, over the last ten seconds. */
    RESPONSES,
    /** Requests per second that ended without an answer, including dead letters. */
    FAILURES,
    /** Retries per second. */
    RETRIES,
    /** Calls open at the endpoint. */
    IN_FLIGHT,
    /** Requests that are accepted and have no outcome. */
    PENDING,
    /** The size of pending requests in the store, in bytes. */
    PENDING_BYTES,
    /** Parked requests: pending requests that wait, undecoded, for a place in their lane. */
    PARKED,
    /** The age of the oldest pending request, in seconds. */
    QUEUE_AGE,
    /** The median duration of answered calls in seconds, over the last minute. */
    CALL_P50,
    /** The 95th percentile of the same. */
    CALL_P95,
    /** The 99th percentile of the same. */
    CALL_P99,
    /** The median time from request to response in seconds, over the last minute. */
    REQUEST_P50,
    /** The 95th percentile of the same. */
    REQUEST_P95,
    /** The 99th percentile of the same. */
    REQUEST_P99,
    /** Prompt tokens in the last minute, or since the start if that is shorter. */
    PROMPT_TOKENS,
    /** Those of the prompt tokens that the provider had in its cache. */
    CACHED_TOKENS,
    /** Completion tokens in the same time. */
    COMPLETION_TOKENS,
    /** Requests of the last minute that the answer memory could have served. */
    CACHE_ASKED,
    /** Those of them that were called. */
    CACHE_MISSES,
    /** The cost in the same time. A price file has one currency. */
    COST,
    /** This instance's share of the limits, from 0 to 1. */
    SHARE,
    /** Credentials on hold. */
    ON_HOLD,
    /** Credentials whose circuit breaker is open. */
    BREAKERS_OPEN,
    /** 1 while the intake is paused. */
    INTAKE_PAUSED,
    /**
     * Records of the request topic that the group has not accepted, in the partitions of this
     * instance.
     */
    LAG,
    /** Outcomes per second over the last minute. Absent in the first minute. */
    DONE,
    /** Calls that ended in the last minute, or since the start if that is shorter. */
    CALLS,
    /** Those of these calls that ended without an answer. */
    CALLS_FAILED
  }
}

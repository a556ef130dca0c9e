// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of the topic of controls, not decoded yet.
 *
 * @param id key of the record
 * @param value null if the control was withdrawn
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record ControlRecord(String id, byte @Nullable [] value, List<RecordHeader> headers) {

  private static final String LIMIT_FIELDS =
      "requests_per_second, requests_per_minute, tokens_per_minute, input_tokens_per_minute,"
          + " output_tokens_per_minute, max_in_flight";

  /** Copies the list of headers. */
  public ControlRecord {
    headers = List.copyOf(headers);
  }

  /** Decodes records into controls. */
  @FunctionalInterface
  public interface Reader {

    /**
     * Decodes a record that has a value. Runs on the codec thread, and may block on the registry
     * for a bounded time. Never throws.
     */
    Reading read(ControlRecord record);
  }

  /** The result of decoding a record. */
  public sealed interface Reading {

    /** A control. */
    record Valid(Control control) implements Reading {}

    /** The record can never be read as a control. It is to be ignored. */
    record Invalid(String why) implements Reading {}

    /** The registry cannot be reached now. The record may be readable later. */
    record Later(String why) implements Reading {}
  }

  /**
   * Makes a control of a decoded record.
   *
   * @throws IllegalArgumentException with what is wrong with it, and in which field
   */
  public static Control control(String id, CompletionControl record) {
    ControlKind kind = record.getKind();
    if (kind == ControlKind.UNKNOWN) {
      throw unknownKind(); // whatever else it may have
    }
    Control.Origin origin =
        new Control.Origin(
            id,
            record.getCreatedAt(),
            record.getCreatedBy(),
            record.getReason(),
            record.getExpiresAt());
    Selector selector = selector(record);
    Limits limits = limits(record);
    Instant before = record.getPublishedBefore();
    check(before == null || kind == ControlKind.CANCEL, "published_before: only a CANCEL has it");
    check(
        limits.equals(Limits.NONE) || kind == ControlKind.LIMIT,
        LIMIT_FIELDS + ": only a LIMIT has them");
    check(
        kind == ControlKind.BUDGET || !BudgetTerms.any(record),
        BudgetTerms.FIELDS + ": only a BUDGET has them");
    return switch (kind) {
      case CANCEL ->
          new Control.Cancel(origin, selector, before == null ? origin.createdAt() : before);
      case PAUSE -> new Control.Pause(origin, selector);
      case LIMIT -> {
        check(
            selector.equals(scope(selector)),
            "a LIMIT selects by virtual_key and model, or everything");
        checkValues(limits);
        yield new Control.Limit(origin, selector, limits);
      }
      case BUDGET -> new Control.Allowance(origin, selector, BudgetTerms.of(record, selector));
      case UNKNOWN -> throw unknownKind();
    };
  }

  private static IllegalArgumentException unknownKind() {
    return new IllegalArgumentException(
        "kind: is not known to this version of the worker; known are CANCEL, PAUSE, LIMIT, BUDGET");
  }

  private static Selector selector(CompletionControl record) {
    Map<String, String> metadata = record.getMetadata();
    Selector selector =
        new Selector(
            given("request_id", record.getRequestId()),
            given("batch_id", record.getBatchId()),
            given("trace_id", record.getTraceId()),
            given("end_user", record.getEndUser()),
            given("virtual_key", record.getVirtualKey()),
            given("model", record.getModel()),
            metadata == null ? Map.of() : metadata);
    boolean all = selector.equals(Selector.ALL);
    check(
        !all || record.getEverything(),
        "nothing is selected: set a field such as batch_id, or everything");
    check(all || !record.getEverything(), "everything: selects more than the other fields do");
    return selector;
  }

  /** Returns the value of a selecting field, which selects nothing if it is blank. */
  private static @Nullable String given(String field, @Nullable String value) {
    check(value == null || !value.isBlank(), field + ": is blank");
    return value;
  }

  private static Selector scope(Selector given) {
    return new Selector(null, null, null, null, given.virtualKey(), given.model(), Map.of());
  }

  private static Limits limits(CompletionControl record) {
    return new Limits(
        record.getRequestsPerSecond(),
        record.getRequestsPerMinute(),
        record.getTokensPerMinute(),
        record.getInputTokensPerMinute(),
        record.getOutputTokensPerMinute(),
        record.getMaxInFlight());
  }

  /** Checks the values, whose names are those of the configuration with other separators. */
  private static void checkValues(Limits limits) {
    List<String> faults =
        limits.faults().stream()
            .map(
                fault -> {
                  int end = fault.indexOf(':');
                  return fault.substring(0, end).replace('.', '_') + fault.substring(end);
                })
            .toList();
    check(faults.isEmpty(), String.join("; ", faults));
  }

  static void check(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }
}

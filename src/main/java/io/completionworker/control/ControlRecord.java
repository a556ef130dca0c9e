// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control;

import io.completionworker.avro.CompletionControl;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.Limits;
import java.time.Instant;
import java.util.ArrayList;
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
    Control.Origin origin =
        new Control.Origin(
            id,
            record.getCreatedAt(),
            record.getCreatedBy(),
            record.getReason(),
            record.getExpiresAt());
    Selector selector = selector(record);
    boolean limiting = !Limits.NONE.equals(limits(record));
    return switch (record.getKind()) {
      case CANCEL -> {
        check(!limiting, "limits: only a LIMIT has them");
        Instant before = record.getPublishedBefore();
        yield new Control.Cancel(origin, selector, before == null ? origin.createdAt() : before);
      }
      case PAUSE -> {
        check(!limiting, "limits: only a LIMIT has them");
        check(record.getPublishedBefore() == null, "published_before: only a CANCEL has it");
        yield new Control.Pause(origin, selector);
      }
      case LIMIT -> {
        check(
            selector.equals(scope(selector)),
            "a LIMIT selects by virtual_key and model, or everything");
        check(record.getPublishedBefore() == null, "published_before: only a CANCEL has it");
        yield new Control.Limit(origin, selector, checked(limits(record)));
      }
      case UNKNOWN ->
          throw new IllegalArgumentException(
              "kind: is not known to this version of the worker; known are CANCEL, PAUSE, LIMIT");
    };
  }

  private static Selector selector(CompletionControl record) {
    Map<String, String> metadata = record.getMetadata();
    Selector selector =
        new Selector(
            record.getRequestId(),
            record.getBatchId(),
            record.getTraceId(),
            record.getEndUser(),
            record.getVirtualKey(),
            record.getModel(),
            metadata == null ? Map.of() : metadata);
    boolean all = selector.equals(Selector.ALL);
    check(
        !all || record.getEverything(),
        "nothing is selected: set a field such as batch_id, or everything");
    check(all || !record.getEverything(), "everything: selects more than the other fields do");
    return selector;
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

  private static Limits checked(Limits limits) {
    List<String> faults = new ArrayList<>(limits.faults());
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults));
    }
    return limits;
  }

  private static void check(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(fault);
    }
  }
}

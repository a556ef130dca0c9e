// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.headers.KnownHeader;
import io.completionworker.headers.KnownHeader.Fate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Builds the headers of the output records. */
public final class OutputHeaders {

  private OutputHeaders() {}

  /**
   * Returns the headers of the source record, with this trace in place of its own trace headers.
   */
  public static List<RecordHeader> of(SourceRecord source, TraceContext trace) {
    List<RecordHeader> headers = copied(source);
    headers.removeIf(header -> KnownHeader.of(header.name()).outputs() == Fate.REPLACED);
    headers.addAll(trace(trace));
    return headers;
  }

  /** Returns the headers of the trace only. */
  public static List<RecordHeader> trace(TraceContext trace) {
    List<RecordHeader> headers = new ArrayList<>();
    headers.add(RecordHeader.of(KnownHeader.TRACE_ID.text(), trace.traceId()));
    headers.add(RecordHeader.of(KnownHeader.SPAN_ID.text(), trace.spanId()));
    if (trace.parentSpanId() != null) {
      headers.add(RecordHeader.of(KnownHeader.PARENT_SPAN_ID.text(), trace.parentSpanId()));
    }
    if (trace.spanName() != null) {
      headers.add(RecordHeader.of(KnownHeader.SPAN_NAME.text(), trace.spanName()));
    }
    headers.add(RecordHeader.of(KnownHeader.TRACEPARENT.text(), trace.traceparent()));
    return headers;
  }

  /**
   * Returns the headers of the source record without those that describe its bytes, and with the
   * trace as it came.
   */
  public static List<RecordHeader> copied(SourceRecord source) {
    return kept(source, KnownHeader::outputs);
  }

  /**
   * Returns the headers of the source record, with those that describe its bytes, because a dead
   * letter has the same bytes.
   */
  public static List<RecordHeader> ofDeadLetter(SourceRecord source) {
    List<RecordHeader> headers = kept(source, KnownHeader::deadLetters);
    headers.removeIf(header -> KnownHeader.of(header.name()).deadLetters() == Fate.REPLACED);
    return headers;
  }

  /**
   * Returns the headers that describe the fault of a dead letter. There is no stack trace, which
   * would be larger than the rest of the record.
   */
  public static List<RecordHeader> errors(SourceRecord source, String exception, String message) {
    return List.of(
        RecordHeader.of(error("exception"), exception),
        RecordHeader.of(error("message"), message),
        RecordHeader.of(error("topic"), source.position().topic()),
        RecordHeader.of(error("partition"), String.valueOf(source.position().partition())),
        RecordHeader.of(error("offset"), String.valueOf(source.position().offset())));
  }

  private static String error(String name) {
    return KnownHeader.ERRORS.text() + name;
  }

  /** Returns the headers of the source record that the table does not leave out in this place. */
  private static List<RecordHeader> kept(SourceRecord source, Function<KnownHeader, Fate> place) {
    List<RecordHeader> headers = new ArrayList<>(source.headers());
    headers.removeIf(
        header -> {
          Fate fate = place.apply(KnownHeader.of(header.name()));
          return fate == Fate.LEFT_OUT || (fate == Fate.WITHOUT_KEYS && header.mayHoldKeys());
        });
    return headers;
  }
}

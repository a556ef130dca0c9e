// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.AllowedHeaders;
import io.completionworker.completion.CompletionCall.OutputNames;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.ConfigHeader;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Builds the headers of the output records. */
public final class OutputHeaders {

  private static final Set<String> TRACE =
      Set.of(
          GatewayHeaders.TRACE_ID,
          GatewayHeaders.SPAN_ID,
          GatewayHeaders.PARENT_SPAN_ID,
          GatewayHeaders.SPAN_NAME,
          GatewayHeaders.TRACEPARENT);

  /** Headers that describe the bytes of the input, and would be wrong for those of the output. */
  private static final Set<String> SCHEMA_IDS = Set.of("__value_schema_id", "__key_schema_id");

  private OutputHeaders() {}

  /**
   * Returns the headers of the source record, with this trace in place of its own trace headers.
   */
  public static List<RecordHeader> of(SourceRecord source, TraceContext trace) {
    List<RecordHeader> headers = copied(source);
    headers.removeIf(header -> TRACE.contains(lower(header)));
    headers.addAll(trace(trace));
    return headers;
  }

  /** Returns the headers of the trace only. */
  public static List<RecordHeader> trace(TraceContext trace) {
    List<RecordHeader> headers = new ArrayList<>();
    headers.add(RecordHeader.of(GatewayHeaders.TRACE_ID, trace.traceId()));
    headers.add(RecordHeader.of(GatewayHeaders.SPAN_ID, trace.spanId()));
    if (trace.parentSpanId() != null) {
      headers.add(RecordHeader.of(GatewayHeaders.PARENT_SPAN_ID, trace.parentSpanId()));
    }
    if (trace.spanName() != null) {
      headers.add(RecordHeader.of(GatewayHeaders.SPAN_NAME, trace.spanName()));
    }
    headers.add(RecordHeader.of(GatewayHeaders.TRACEPARENT, trace.traceparent()));
    return headers;
  }

  /** Returns the headers of the source record without those that describe its bytes. */
  public static List<RecordHeader> copied(SourceRecord source) {
    List<RecordHeader> headers = allowed(source);
    headers.removeIf(header -> SCHEMA_IDS.contains(lower(header)));
    return headers;
  }

  /**
   * Returns the headers of the source record, with those that describe its bytes, because a dead
   * letter has the same bytes.
   */
  public static List<RecordHeader> ofDeadLetter(SourceRecord source) {
    List<RecordHeader> headers = allowed(source);
    headers.removeIf(header -> lower(header).startsWith(OutputNames.ERRORS));
    return headers;
  }

  /**
   * Returns the headers that describe the fault of a dead letter. There is no stack trace, which
   * would be larger than the rest of the record.
   */
  public static List<RecordHeader> errors(SourceRecord source, String exception, String message) {
    return List.of(
        RecordHeader.of(OutputNames.ERRORS + "exception", exception),
        RecordHeader.of(OutputNames.ERRORS + "message", message),
        RecordHeader.of(OutputNames.ERRORS + "topic", source.position().topic()),
        RecordHeader.of(
            OutputNames.ERRORS + "partition", String.valueOf(source.position().partition())),
        RecordHeader.of(OutputNames.ERRORS + "offset", String.valueOf(source.position().offset())));
  }

  private static List<RecordHeader> allowed(SourceRecord source) {
    List<RecordHeader> headers = new ArrayList<>(source.headers());
    headers.removeIf(
        header -> !AllowedHeaders.allows(header.name()) || ConfigHeader.mayHoldKeys(header));
    return headers;
  }

  private static String lower(RecordHeader header) {
    return header.name().toLowerCase(Locale.ROOT);
  }
}

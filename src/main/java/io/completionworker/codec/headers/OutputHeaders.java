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

/** Headers of the output records. */
public final class OutputHeaders {

  private static final Set<String> TRACE =
      Set.of(
          WireHeaders.TRACE_ID,
          WireHeaders.SPAN_ID,
          WireHeaders.PARENT_SPAN_ID,
          WireHeaders.SPAN_NAME,
          WireHeaders.TRACEPARENT);

  /** They describe the bytes that came in, and would lie about those that go out. */
  private static final Set<String> SCHEMA_IDS = Set.of("__value_schema_id", "__key_schema_id");

  private OutputHeaders() {}

  /** What the record brought, and its trace in place of what it brought of one. */
  public static List<RecordHeader> of(SourceRecord source, TraceContext trace) {
    List<RecordHeader> headers = copied(source);
    headers.removeIf(header -> TRACE.contains(lower(header)));
    headers.addAll(trace(trace));
    return headers;
  }

  /** The trace alone. */
  public static List<RecordHeader> trace(TraceContext trace) {
    List<RecordHeader> headers = new ArrayList<>();
    headers.add(RecordHeader.of(WireHeaders.TRACE_ID, trace.traceId()));
    headers.add(RecordHeader.of(WireHeaders.SPAN_ID, trace.spanId()));
    if (trace.parentSpanId() != null) {
      headers.add(RecordHeader.of(WireHeaders.PARENT_SPAN_ID, trace.parentSpanId()));
    }
    if (trace.spanName() != null) {
      headers.add(RecordHeader.of(WireHeaders.SPAN_NAME, trace.spanName()));
    }
    headers.add(RecordHeader.of(WireHeaders.TRACEPARENT, trace.traceparent()));
    return headers;
  }

  /** What the record brought, without what describes its bytes. */
  public static List<RecordHeader> copied(SourceRecord source) {
    List<RecordHeader> headers = allowed(source);
    headers.removeIf(header -> SCHEMA_IDS.contains(lower(header)));
    return headers;
  }

  /** What the record brought: its bytes go out as they came in, and so does what describes them. */
  public static List<RecordHeader> ofDeadLetter(SourceRecord source) {
    List<RecordHeader> headers = allowed(source);
    headers.removeIf(header -> lower(header).startsWith(OutputNames.ERRORS));
    return headers;
  }

  /** What is wrong with a dead letter; no stack trace, which would be most of the record. */
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec.headers;

import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.SourceRecord;
import io.completionworker.headers.KnownHeader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Determines the trace and span of a request.
 *
 * <p>Missing ids are derived from the record's position and timestamp and are not random. So a
 * request that is called again after a crash keeps its trace, and so does its outcome.
 */
public final class TraceContexts {

  private static final Pattern TRACE_ID = Pattern.compile("(?!0{32})[0-9a-f]{32}");
  private static final Pattern SPAN_ID = Pattern.compile("(?!0{16})[0-9a-f]{16}");

  private TraceContexts() {}

  /** Returns the trace context of a record with these header values. */
  public static TraceContext of(SourceRecord source, GatewayHeaders.Found found) {
    Map<String, String> values = found.values();
    Traceparent incoming = Traceparent.parse(found.traceparent());
    String traceId = values.get(KnownHeader.TRACE_ID.text());
    if (traceId == null && incoming != null) {
      traceId = incoming.traceId();
    }
    String spanId = values.get(KnownHeader.SPAN_ID.text());
    if (traceId == null || spanId == null) {
      String made = Fingerprint.of(source.position() + " " + source.timestamp(), 24);
      traceId = traceId == null ? made.substring(0, 32) : traceId;
      spanId = spanId == null ? made.substring(32) : spanId;
    }
    String parent = values.get(KnownHeader.PARENT_SPAN_ID.text());
    if (parent == null && incoming != null) {
      parent = incoming.parentId();
    }
    return new TraceContext(
        traceId,
        spanId,
        parent,
        values.get(KnownHeader.SPAN_NAME.text()),
        outgoing(traceId, spanId, incoming == null ? "01" : incoming.flags()),
        incoming == null ? null : values.get(KnownHeader.TRACESTATE.text()),
        values.get(KnownHeader.BAGGAGE.text()));
  }

  /**
   * Returns the headers that the call sends: the checked values, with this trace in place of
   * theirs.
   */
  public static Map<String, String> wire(GatewayHeaders.Found found, TraceContext trace) {
    Map<String, String> wire = new LinkedHashMap<>(found.values());
    wire.put(KnownHeader.TRACE_ID.text(), trace.traceId());
    wire.put(KnownHeader.SPAN_ID.text(), trace.spanId());
    wire.put(KnownHeader.TRACEPARENT.text(), trace.traceparent());
    if (trace.parentSpanId() != null) {
      wire.put(KnownHeader.PARENT_SPAN_ID.text(), trace.parentSpanId());
    }
    if (trace.tracestate() == null) {
      wire.remove(KnownHeader.TRACESTATE.text()); // useless without its traceparent
    }
    return wire;
  }

  private static String outgoing(String traceId, String spanId, String flags) {
    String trace = TRACE_ID.matcher(traceId).matches() ? traceId : Fingerprint.of(traceId, 16);
    String span = SPAN_ID.matcher(spanId).matches() ? spanId : Fingerprint.of(spanId, 8);
    return "00-" + trace + "-" + span + "-" + flags;
  }

  /**
   * The {@code traceparent} header of W3C Trace Context level 1. An invalid header counts as
   * absent.
   */
  private record Traceparent(String traceId, String parentId, String flags) {

    private static final Pattern FORM =
        Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    static @Nullable Traceparent parse(@Nullable String header) {
      Matcher matcher = FORM.matcher(header == null ? "" : header.strip());
      if (!matcher.matches()) {
        return null;
      }
      String version = matcher.group(1);
      boolean longer = matcher.group(5) != null; // allowed in later versions
      boolean valid =
          !version.equals("ff")
              && !(version.equals("00") && longer)
              && TRACE_ID.matcher(matcher.group(2)).matches()
              && SPAN_ID.matcher(matcher.group(3)).matches();
      return valid ? new Traceparent(matcher.group(2), matcher.group(3), matcher.group(4)) : null;
    }
  }
}

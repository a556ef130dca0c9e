// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import org.jspecify.annotations.Nullable;

/**
 * The trace and span of one request, the same at the endpoint and on every output record.
 *
 * @param traceId free text at the gateway; 32 hex digits when made here
 * @param spanId free text; 16 hex digits when made here
 * @param parentSpanId the span above, or null
 * @param spanName or null
 * @param traceparent W3C Trace Context header value that stands for the same span
 * @param tracestate passed on as it came, or null
 * @param baggage passed on as it came, or null
 */
public record TraceContext(
    String traceId,
    String spanId,
    @Nullable String parentSpanId,
    @Nullable String spanName,
    String traceparent,
    @Nullable String tracestate,
    @Nullable String baggage) {

  /** The same with another {@code traceparent}. */
  TraceContext with(String other) {
    return new TraceContext(traceId, spanId, parentSpanId, spanName, other, tracestate, baggage);
  }
}

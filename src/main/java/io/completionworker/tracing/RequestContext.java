// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.headers.KnownHeader;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The position of a request's span in its trace.
 *
 * @param own the context of the request's own span, as on its output records; invalid if there is
 *     none
 * @param parent the parent span in the same trace, from the producer; invalid if there is none
 * @param linked the producer's span if it is in another trace; otherwise invalid
 */
record RequestContext(SpanContext own, SpanContext parent, SpanContext linked) {

  private static final String TRACEPARENT = KnownHeader.TRACEPARENT.text();
  private static final String TRACESTATE = KnownHeader.TRACESTATE.text();
  private static final TextMapGetter<Map<String, String>> GETTER = new HeaderGetter();

  /** Returns the context of a request that was read. */
  static RequestContext of(SourceRecord source, TraceContext trace) {
    SpanContext own = parse(trace.traceparent(), trace.tracestate());
    SpanContext producer = producer(source);
    boolean joined =
        producer.getTraceId().equals(own.getTraceId())
            && !producer.getSpanId().equals(own.getSpanId());
    if (joined) {
      return new RequestContext(own, producer, SpanContext.getInvalid());
    }
    SpanContext other = other(own, producer);
    String named = trace.parentSpanId();
    return other.isValid() && other.getSpanId().equals(named)
        ? new RequestContext(own, SpanContext.getInvalid(), other) // no span of this trace
        : new RequestContext(own, named(own, named), other);
  }

  /** Returns the context of a record from which no trace could be read except the producer's. */
  static RequestContext of(SourceRecord source) {
    return new RequestContext(SpanContext.getInvalid(), producer(source), SpanContext.getInvalid());
  }

  /** Returns the context in which the request's own span starts. */
  Context above() {
    return parent.isValid() ? Context.root().with(Span.wrap(parent)) : Context.root();
  }

  /** Returns the context in which the spans of the request's attempts start. */
  Context within() {
    return Context.root().with(Span.wrap(own));
  }

  /** Returns the parent that was named in addition to the {@code traceparent}, or without one. */
  private static SpanContext named(SpanContext own, @Nullable String parentSpanId) {
    return parentSpanId == null
            || !SpanId.isValid(parentSpanId)
            || parentSpanId.equals(own.getSpanId())
        ? SpanContext.getInvalid()
        : SpanContext.createFromRemoteParent(
            own.getTraceId(), parentSpanId, own.getTraceFlags(), own.getTraceState());
  }

  private static SpanContext other(SpanContext own, SpanContext producer) {
    return producer.getTraceId().equals(own.getTraceId()) ? SpanContext.getInvalid() : producer;
  }

  private static SpanContext producer(SourceRecord source) {
    return parse(last(source.headers(), TRACEPARENT), last(source.headers(), TRACESTATE));
  }

  private static @Nullable String last(List<RecordHeader> headers, String name) {
    String found = null;
    for (RecordHeader header : headers) {
      if (header.name().equalsIgnoreCase(name)) {
        found = header.text();
      }
    }
    return found;
  }

  private static SpanContext parse(@Nullable String traceparent, @Nullable String tracestate) {
    if (traceparent == null) {
      return SpanContext.getInvalid();
    }
    Map<String, String> headers =
        tracestate == null
            ? Map.of(TRACEPARENT, traceparent.strip())
            : Map.of(TRACEPARENT, traceparent.strip(), TRACESTATE, tracestate);
    Context context =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, GETTER);
    return Span.fromContext(context).getSpanContext();
  }

  /** Returns the {@code traceparent} header of this span. */
  static String traceparent(SpanContext span) {
    return "00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + span.getTraceFlags().asHex();
  }

  /** Returns a copy whose flag says whether this span is sampled, for spans below it. */
  static SpanContext sampled(SpanContext span, boolean sampled) {
    byte flags = span.getTraceFlags().asByte();
    int sampledBit = TraceFlags.getSampled().asByte();
    int changed = sampled ? flags | sampledBit : flags & ~sampledBit;
    return SpanContext.create(
        span.getTraceId(),
        span.getSpanId(),
        TraceFlags.fromByte((byte) changed),
        TraceState.getDefault());
  }

  private static final class HeaderGetter implements TextMapGetter<Map<String, String>> {
    @Override
    public @Nullable String get(@Nullable Map<String, String> headers, String key) {
      return headers == null ? null : headers.get(key);
    }
  }
}

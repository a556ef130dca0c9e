// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.logging.LoggedTrace;
import io.completionworker.tracing.SpanAttributes.AttemptAttributes;
import io.completionworker.tracing.Tracing.GivenIds;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates a span for each attempt, and a span for the request around them.
 *
 * <p>The span of a request is created after its outcome was committed, from what was known when the
 * outcome was encoded. So the instance that ends the request reports it, even if another instance
 * began it, and the attempts of both are below it. Safe on every thread.
 */
final class RequestSpans implements CallTracer {

  private static final Logger log = LoggerFactory.getLogger(RequestSpans.class);

  private final Tracer tracer;
  private final GivenIds ids;
  private final UnaryOperator<String> groupOf;
  private final AttemptAttributes attributes;

  /**
   * @param ids the generator from which the tracer takes its ids
   * @param groupOf returns the group that reads a request topic
   */
  RequestSpans(
      Tracer tracer, GivenIds ids, UnaryOperator<String> groupOf, AttemptAttributes attributes) {
    this.tracer = tracer;
    this.ids = ids;
    this.groupOf = groupOf;
    this.attributes = attributes;
  }

  @Override
  public AttemptSpan attempt(CompletionCall call, String callId, int resends, Waits waits) {
    try {
      RequestContext context = RequestContext.of(call.source(), call.trace());
      return context.own().isValid()
          ? started(call, context, () -> attributes.ofCall(call, callId, resends, waits))
          : new CallTracer.NoopSpan(call);
    } catch (RuntimeException e) {
      log(call, "An attempt is not told as a span", e);
      return new CallTracer.NoopSpan(call);
    }
  }

  private AttemptSpan started(
      CompletionCall call, RequestContext context, Supplier<Attributes> ofCall) {
    SpanBuilder builder =
        tracer
            .spanBuilder(AttemptAttributes.name(call))
            .setSpanKind(SpanKind.CLIENT)
            .setParent(context.within());
    if (context.own().isSampled()) {
      builder.setAllAttributes(ofCall.get());
    }
    Span span = builder.startSpan();
    return new Started(call.sending(RequestContext.traceparent(span.getSpanContext())), span);
  }

  /** An attempt whose span is reported when the attempt ends. */
  private final class Started implements AttemptSpan {

    private final CompletionCall call;
    private final Span span;

    Started(CompletionCall call, Span span) {
      this.call = call;
      this.span = span;
    }

    @Override
    public CompletionCall call() {
      return call;
    }

    @Override
    public void end(AttemptResult result) {
      if (!span.isRecording()) {
        return;
      }
      try {
        span.setAllAttributes(attributes.ofResult(result));
        if (result instanceof AttemptResult.Rejected) {
          span.setStatus(StatusCode.ERROR);
        }
      } catch (RuntimeException e) {
        log(call, "An attempt's span does not tell its result", e);
      } finally {
        span.end();
      }
    }
  }

  @Override
  public Runnable outcome(Outcome outcome) {
    try {
      Runnable told = toldLater(outcome);
      return () -> safely(told);
    } catch (RuntimeException e) {
      log.debug("A request is not told as a span", e);
      return () -> {};
    }
  }

  // Code that reports spans may be the user's, such as a sampler or a span processor.
  private static void safely(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      log.debug("A request is not told as a span", e);
    }
  }

  private Runnable toldLater(Outcome outcome) {
    TraceContext trace = trace(outcome);
    RequestContext context =
        trace == null
            ? RequestContext.of(outcome.source())
            : RequestContext.of(outcome.source(), trace);
    if (trace != null && !context.own().isSampled()) {
      return () -> {};
    }
    String name = RequestAttributes.name(outcome.source());
    long acceptedAt = outcome.source().acceptedAt();
    String group = groupOf.apply(outcome.source().position().topic());
    Attributes told = RequestAttributes.ofOutcome(outcome, group);
    boolean failed = !(outcome instanceof Outcome.Completed);
    return () -> tell(name, context, acceptedAt, told, failed);
  }

  private void tell(
      String name, RequestContext context, long acceptedAt, Attributes told, boolean failed) {
    SpanBuilder builder =
        tracer
            .spanBuilder(name)
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(context.above())
            .setStartTimestamp(acceptedAt, TimeUnit.MILLISECONDS)
            .setAllAttributes(told);
    if (context.linked().isValid()) {
      builder.addLink(context.linked());
    }
    Span span = context.own().isValid() ? ids.start(builder, context.own()) : builder.startSpan();
    if (failed) {
      span.setStatus(StatusCode.ERROR);
    }
    Instant now = Instant.now();
    Instant start = Instant.ofEpochMilli(acceptedAt);
    span.end(now.isBefore(start) ? start : now); // the clock may have been set back
  }

  private static @Nullable TraceContext trace(Outcome outcome) {
    CompletionCall call = outcome.call();
    return call == null ? null : call.trace();
  }

  private static void log(CompletionCall call, String what, RuntimeException e) {
    LoggedTrace.run(call.trace().traceId(), call.trace().spanId(), () -> log.debug(what, e));
  }

  /** Name and attributes of a request's span. */
  static final class RequestAttributes {

    private static final String PROCESS = "process";

    private RequestAttributes() {}

    static String name(SourceRecord source) {
      return PROCESS + " " + source.position().topic();
    }

    static Attributes ofSource(SourceRecord source) {
      RecordPosition position = source.position();
      return Attributes.builder()
          .put(SpanAttributes.SYSTEM, "kafka")
          .put(SpanAttributes.OPERATION, PROCESS)
          .put(SpanAttributes.OPERATION_TYPE, PROCESS)
          .put(SpanAttributes.DESTINATION, position.topic())
          .put(SpanAttributes.PARTITION, String.valueOf(position.partition()))
          .put(SpanAttributes.OFFSET, position.offset())
          .build();
    }

    static Attributes ofOutcome(Outcome outcome, String group) {
      AttributesBuilder attributes =
          ofSource(outcome.source()).toBuilder()
              .put(SpanAttributes.GROUP, group)
              .put(SpanAttributes.RECOVERED, outcome.recovered());
      String requestId = outcome.source().position().toString();
      List<Attempt> attempts = List.of();
      String name = "response";
      if (outcome instanceof Outcome.Completed completed) {
        requestId = completed.call().requestId();
        attempts = completed.attempts();
      } else if (outcome instanceof Outcome.Failed failed) {
        requestId = failed.call() == null ? requestId : failed.call().requestId();
        attempts = failed.attempts();
        name = failed.cause().reason().name();
        attributes.put(SpanAttributes.ERROR, name);
      } else if (outcome instanceof Outcome.DeadLettered deadLettered) {
        name = "dead-letter";
        attributes.put(SpanAttributes.ERROR, deadLettered.exception());
      }
      return attributes
          .put(SpanAttributes.REQUEST_ID, requestId)
          .put(SpanAttributes.OUTCOME, name)
          .put(SpanAttributes.ATTEMPTS, calls(attempts))
          .build();
    }

    /** Counts the attempts that have a span. An answer that the worker remembered has none. */
    private static long calls(List<Attempt> attempts) {
      return attempts.stream()
          .filter(
              attempt ->
                  !(attempt.result() instanceof AttemptResult.Answered answered
                      && Served.WORKER_HIT.equals(answered.answer().gateway().getCacheStatus())))
          .count();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.logging.LoggedTrace;
import io.completionworker.tracing.RequestSpans.RequestAttributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for each request whether its trace is sampled, and records the decision in the request.
 * So attempts, outcomes and their readers agree. The decision is the same after a restart if the
 * sampler decides by trace id or parent.
 */
final class SampledReader implements RequestReader {

  private static final Logger log = LoggerFactory.getLogger(SampledReader.class);

  private final RequestReader reader;
  private final Sampler sampler;

  SampledReader(RequestReader reader, Sampler sampler) {
    this.reader = reader;
    this.sampler = sampler;
  }

  @Override
  public Reading read(SourceRecord source, boolean recovered) {
    Reading reading = reader.read(source, recovered);
    if (reading instanceof Reading.Ended ended
        && ended.outcome() instanceof Outcome.Failed failed
        && failed.call() != null) {
      return new Reading.Ended(
          new Outcome.Failed(
              failed.source(),
              decided(failed.call()),
              failed.cause(),
              failed.violations(),
              failed.attempts(),
              failed.recovered()));
    }
    return reading.with(this::decided);
  }

  private CompletionCall decided(CompletionCall call) {
    try {
      return asSampled(call);
    } catch (RuntimeException e) { // the sampler may be the user's, and the request itself is valid
      LoggedTrace.run(
          call.trace().traceId(),
          call.trace().spanId(),
          () -> log.debug("A request goes on without a decision of the sampler", e));
      return call;
    }
  }

  private CompletionCall asSampled(CompletionCall call) {
    RequestContext context = RequestContext.of(call.source(), call.trace());
    SpanContext own = context.own();
    if (!own.isValid()) {
      return call;
    }
    boolean sampled =
        sampler
            .shouldSample(
                context.above(),
                own.getTraceId(),
                RequestAttributes.name(call.source()),
                SpanKind.CONSUMER,
                RequestAttributes.ofSource(call.source()),
                context.linked().isValid() ? List.of(LinkData.create(context.linked())) : List.of())
            .getDecision()
            .equals(SamplingDecision.RECORD_AND_SAMPLE);
    return sampled == own.isSampled()
        ? call
        : call.traced(RequestContext.traceparent(RequestContext.sampled(own, sampled)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.GatewayDetails;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CallTracer.AttemptSpan;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.fixtures.Results;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestSpansTest {

  private final ExportedSpans spans = new ExportedSpans();

  @Test
  void shouldPutTheAttemptsBelowTheRequestAndTheRequestBelowItsProducer() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = TracedCalls.call(ExportedSpans.traceparent("01"));

    ExportedSpans.attempt(tracing, call, 0, Results.serverError());
    ExportedSpans.attempt(tracing, call, 1, Results.answered());
    tracing.calls().outcome(completed(call)).run();

    SpanData request = spans.request();
    assertThat(request.getName()).isEqualTo("process completion-requests");
    assertThat(request.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(request.getTraceId()).isEqualTo(ExportedSpans.TRACE);
    assertThat(request.getParentSpanId()).isEqualTo(ExportedSpans.PRODUCER);
    assertThat(request.getStartEpochNanos()).isEqualTo(TracedCalls.ACCEPTED_AT * 1_000_000);
    assertThat(spans.attempts())
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getName()).isEqualTo("chat gpt-4o-mini");
              assertThat(span.getTraceId()).isEqualTo(ExportedSpans.TRACE);
              assertThat(span.getParentSpanId()).isEqualTo(request.getSpanId());
            })
        .extracting(span -> span.getAttributes().get(SpanAttributes.RESENDS))
        .containsExactly(null, 1L);
  }

  @Test
  void shouldBeTheSpanThatTheOutputRecordsName() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = TracedCalls.call();

    tracing.calls().outcome(completed(call)).run();

    assertThat(header(call, "traceparent"))
        .isEqualTo(
            "00-" + spans.request().getTraceId() + "-" + spans.request().getSpanId() + "-01");
    assertThat(header(call, "x-portkey-span-id")).isEqualTo(spans.request().getSpanId());
  }

  @Test
  void shouldTellTheEndpointOfTheAttemptAndKeepTheIdsOfTheGateway() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = TracedCalls.call(ExportedSpans.traceparent("01"));

    AttemptSpan attempt = tracing.calls().attempt(call, "call-1", 0, Waits.NONE);
    attempt.end(Results.answered());

    assertThat(attempt.call().wireHeaders())
        .containsEntry(
            "traceparent",
            "00-" + ExportedSpans.TRACE + "-" + spans.attempts().get(0).getSpanId() + "-01")
        .containsEntry("x-portkey-trace-id", ExportedSpans.TRACE)
        .containsEntry("x-portkey-span-id", call.trace().spanId());
    assertThat(attempt.call().outputHeaders()).isEqualTo(call.outputHeaders());
  }

  @Test
  void shouldHaveTheSameSpanInAnotherProcess() {
    spans.tracing(false).calls().outcome(completed(TracedCalls.call())).run();
    String first = spans.request().getSpanId();
    spans.clear();

    spans.tracing(false).calls().outcome(completed(TracedCalls.call())).run();

    assertThat(spans.request().getSpanId()).isEqualTo(first);
  }

  @Test
  void shouldLinkAProducerWhoseTraceIsNotTheRequests() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call =
        TracedCalls.call(
            ExportedSpans.traceparent("01"), RecordHeader.of("x-portkey-trace-id", "order 7"));

    tracing.calls().outcome(completed(call)).run();

    assertThat(spans.request().getTraceId()).isNotEqualTo(ExportedSpans.TRACE);
    assertThat(spans.request().getParentSpanId())
        .as("which is no span of this trace")
        .isEqualTo(SpanId.getInvalid());
    assertThat(spans.request().getLinks())
        .singleElement()
        .satisfies(
            link ->
                assertThat(link.getSpanContext().getSpanId()).isEqualTo(ExportedSpans.PRODUCER));
  }

  @Test
  void shouldNotBeItsOwnParent() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call =
        TracedCalls.call(
            ExportedSpans.traceparent("01"),
            RecordHeader.of("x-portkey-span-id", ExportedSpans.PRODUCER));

    tracing.calls().outcome(completed(call)).run();

    assertThat(spans.request().getSpanId()).isEqualTo(ExportedSpans.PRODUCER);
    assertThat(spans.request().getParentSpanId()).isEqualTo("0000000000000000");
  }

  @Test
  void shouldTellNothingThatTheProducerDoesNotSample() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = read(tracing, TracedCalls.call(ExportedSpans.traceparent("00")));

    AttemptSpan attempt = tracing.calls().attempt(call, "call-1", 0, Waits.NONE);
    attempt.end(Results.answered());
    tracing.calls().outcome(completed(call)).run();

    assertThat(spans.text()).isEqualTo("[]");
    assertThat(attempt.call().wireHeaders().get("traceparent")).endsWith("-00");
  }

  @Test
  void shouldCountNoAttemptForAnAnswerThatTheWorkerRemembered() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = TracedCalls.call();
    GatewayDetails hit =
        GatewayDetails.newBuilder().setStatus(200).setCacheStatus(Served.WORKER_HIT).build();
    Answer answer = new Answer("id", 1, "model", List.of(), null, null, null, hit, "{}");
    Attempt refused = new Attempt("call-1", 1, 0, 1, Results.serverError());
    Attempt remembered = new Attempt("call-2", 1, 1, 2, new AttemptResult.Answered(answer));

    tracing
        .calls()
        .outcome(new Outcome.Completed(call, answer, List.of(refused, remembered), false))
        .run();

    assertThat(spans.request().getAttributes().get(SpanAttributes.ATTEMPTS)).isEqualTo(1);
  }

  @Test
  void shouldSayOnTheOutputsWhatTheSamplerDecided() {
    Tracing tracing = spans.tracing(false, Sampler.parentBased(Sampler.alwaysOff()));

    CompletionCall own = read(tracing, TracedCalls.call());
    CompletionCall joined = read(tracing, TracedCalls.call(ExportedSpans.traceparent("01")));

    assertThat(header(own, "traceparent")).endsWith("-00");
    assertThat(own.trace().traceparent()).endsWith("-00");
    assertThat(header(joined, "traceparent")).endsWith("-01");
  }

  private static CompletionCall read(Tracing tracing, CompletionCall call) {
    Reading reading =
        tracing.reader((source, recovered) -> new Reading.Ready(call)).read(call.source(), false);
    return ((Reading.Ready) reading).call();
  }

  private static String header(CompletionCall call, String name) {
    return call.outputHeaders().stream()
        .filter(header -> header.name().equals(name))
        .map(header -> String.valueOf(header.text()))
        .reduce((first, second) -> first + second)
        .orElseThrow();
  }

  private static Outcome completed(CompletionCall call) {
    Answer answer = ((AttemptResult.Answered) Results.answered()).answer();
    return new Outcome.Completed(call, answer, List.of(), false);
  }
}

package io.completionworker.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.RecordHeader;
import io.completionworker.completion.port.CallTracer.AttemptSpan;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.fixtures.Results;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestSpansTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PRODUCER = "b7ad6b7169203331";
  private static final TracedWorker WORKER =
      new TracedWorker("completion-worker", "gateway.example", 8443, null);

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();

  @Test
  void shouldPutTheAttemptsBelowTheRequestAndTheRequestBelowItsProducer() {
    Tracing tracing = tracing(false);
    CompletionCall call = TracedCalls.call(traceparent("01"));

    attempt(tracing, call, 0, Results.serverError());
    attempt(tracing, call, 1, Results.answered());
    tracing.calls().outcome(completed(call)).run();

    SpanData request = request();
    assertThat(request.getName()).isEqualTo("process completion-requests");
    assertThat(request.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(request.getTraceId()).isEqualTo(TRACE);
    assertThat(request.getParentSpanId()).isEqualTo(PRODUCER);
    assertThat(request.getStartEpochNanos()).isEqualTo(TracedCalls.ACCEPTED_AT * 1_000_000);
    assertThat(attempts())
        .hasSize(2)
        .allSatisfy(
            span -> {
              assertThat(span.getName()).isEqualTo("chat gpt-4o-mini");
              assertThat(span.getTraceId()).isEqualTo(TRACE);
              assertThat(span.getParentSpanId()).isEqualTo(request.getSpanId());
            })
        .extracting(span -> span.getAttributes().get(SpanAttributes.RESENDS))
        .containsExactly(null, 1L);
  }

  @Test
  void shouldBeTheSpanThatTheOutputRecordsName() {
    Tracing tracing = tracing(false);
    CompletionCall call = TracedCalls.call();

    tracing.calls().outcome(completed(call)).run();

    assertThat(header(call, "traceparent"))
        .isEqualTo("00-" + request().getTraceId() + "-" + request().getSpanId() + "-01");
    assertThat(header(call, "x-portkey-span-id")).isEqualTo(request().getSpanId());
  }

  @Test
  void shouldTellTheEndpointOfTheAttemptAndKeepTheIdsOfTheGateway() {
    Tracing tracing = tracing(false);
    CompletionCall call = TracedCalls.call(traceparent("01"));

    AttemptSpan attempt = tracing.calls().attempt(call, "call-1", 0);
    attempt.end(Results.answered());

    assertThat(attempt.call().wireHeaders())
        .containsEntry("traceparent", "00-" + TRACE + "-" + attempts().get(0).getSpanId() + "-01")
        .containsEntry("x-portkey-trace-id", TRACE)
        .containsEntry("x-portkey-span-id", call.trace().spanId());
    assertThat(attempt.call().outputHeaders()).isEqualTo(call.outputHeaders());
  }

  @Test
  void shouldHaveTheSameSpanInAnotherProcess() {
    tracing(false).calls().outcome(completed(TracedCalls.call())).run();
    String first = request().getSpanId();
    exported.reset();

    tracing(false).calls().outcome(completed(TracedCalls.call())).run();

    assertThat(request().getSpanId()).isEqualTo(first);
  }

  @Test
  void shouldLinkAProducerWhoseTraceIsNotTheRequests() {
    Tracing tracing = tracing(false);
    CompletionCall call =
        TracedCalls.call(traceparent("01"), RecordHeader.of("x-portkey-trace-id", "order 7"));

    tracing.calls().outcome(completed(call)).run();

    assertThat(request().getTraceId()).isNotEqualTo(TRACE);
    assertThat(request().getLinks())
        .singleElement()
        .satisfies(link -> assertThat(link.getSpanContext().getSpanId()).isEqualTo(PRODUCER));
  }

  @Test
  void shouldNotBeItsOwnParent() {
    Tracing tracing = tracing(false);
    CompletionCall call =
        TracedCalls.call(traceparent("01"), RecordHeader.of("x-portkey-span-id", PRODUCER));

    tracing.calls().outcome(completed(call)).run();

    assertThat(request().getSpanId()).isEqualTo(PRODUCER);
    assertThat(request().getParentSpanId()).isEqualTo("0000000000000000");
  }

  @Test
  void shouldTellNothingThatTheProducerDoesNotSample() {
    Tracing tracing = tracing(false);
    CompletionCall call = read(tracing, TracedCalls.call(traceparent("00")));

    AttemptSpan attempt = tracing.calls().attempt(call, "call-1", 0);
    attempt.end(Results.answered());
    tracing.calls().outcome(completed(call)).run();

    assertThat(exported.getFinishedSpanItems()).isEmpty();
    assertThat(attempt.call().wireHeaders().get("traceparent")).endsWith("-00");
  }

  @Test
  void shouldSayOnTheOutputsWhatTheSamplerDecided() {
    Tracing tracing = tracing(false, Sampler.parentBased(Sampler.alwaysOff()));

    CompletionCall own = read(tracing, TracedCalls.call());
    CompletionCall joined = read(tracing, TracedCalls.call(traceparent("01")));

    assertThat(header(own, "traceparent")).endsWith("-00");
    assertThat(own.trace().traceparent()).endsWith("-00");
    assertThat(header(joined, "traceparent")).endsWith("-01");
  }

  @Test
  void shouldTellWhatTheCallAsksForAndGets() {
    Tracing tracing = tracing(false);
    CompletionRequest asked =
        TracedCalls.request().setMaxCompletionTokens(100).setTemperature(0.5).setN(2).build();
    CompletionCall call =
        TracedCalls.call(asked, RecordHeader.of("x-portkey-provider", "azure-openai"));

    attempt(tracing, call, 0, Results.answered());

    assertThat(attempts().get(0).getAttributes().asMap())
        .containsEntry(SpanAttributes.GEN_AI_OPERATION, "chat")
        .containsEntry(SpanAttributes.PROVIDER, "azure-openai")
        .containsEntry(SpanAttributes.REQUEST_MODEL, "gpt-4o-mini")
        .containsEntry(SpanAttributes.MAX_TOKENS, 100L)
        .containsEntry(SpanAttributes.TEMPERATURE, 0.5)
        .containsEntry(SpanAttributes.CHOICE_COUNT, 2L)
        .containsEntry(SpanAttributes.SERVER, "gateway.example")
        .containsEntry(SpanAttributes.PORT, 8443L)
        .containsEntry(SpanAttributes.RESPONSE_ID, "id")
        .containsEntry(SpanAttributes.RESPONSE_MODEL, "model")
        .containsEntry(SpanAttributes.FINISH_REASONS, List.of("stop"))
        .containsEntry(SpanAttributes.STATUS, 200L)
        .containsEntry(SpanAttributes.CALL_ID, "call-0");
  }

  @Test
  void shouldTellWhyAnAttemptFailed() {
    Tracing tracing = tracing(false);

    attempt(tracing, TracedCalls.call(), 0, Results.serverError());

    assertThat(attempts().get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attempts().get(0).getStatus().getDescription()).isEmpty();
    assertThat(attempts().get(0).getAttributes().asMap())
        .containsEntry(SpanAttributes.ERROR, "SERVER_ERROR")
        .containsEntry(SpanAttributes.STATUS, 500L);
  }

  @Test
  void shouldTellWhyARequestFailed() {
    Tracing tracing = tracing(false);
    CompletionCall call = TracedCalls.call();
    Outcome.Cause cause = new Outcome.Cause(FailureReason.INVALID_REQUEST, false, "no");

    tracing
        .calls()
        .outcome(new Outcome.Failed(call.source(), call, cause, List.of(), List.of(), true))
        .run();

    assertThat(request().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(request().getAttributes().asMap())
        .containsEntry(SpanAttributes.ERROR, "INVALID_REQUEST")
        .containsEntry(SpanAttributes.OUTCOME, "INVALID_REQUEST")
        .containsEntry(SpanAttributes.REQUEST_ID, "order-1")
        .containsEntry(SpanAttributes.RECOVERED, true)
        .containsEntry(SpanAttributes.PARTITION, "3")
        .containsEntry(SpanAttributes.OFFSET, 42L)
        .containsEntry(SpanAttributes.GROUP, "completion-worker");
  }

  @Test
  void shouldTellADeadLetterBelowItsProducer() {
    Tracing tracing = tracing(false);

    tracing
        .calls()
        .outcome(
            new Outcome.DeadLettered(
                TracedCalls.source(traceparent("01")), "java.lang.Exception", "no", false))
        .run();

    assertThat(request().getParentSpanId()).isEqualTo(PRODUCER);
    assertThat(request().getAttributes().get(SpanAttributes.OUTCOME)).isEqualTo("dead-letter");
  }

  @Test
  void shouldTellNoPromptAndNoAnswerUnlessAsked() {
    Tracing tracing = tracing(false);

    attempt(tracing, TracedCalls.call(), 0, Results.answered());

    assertThat(exported.getFinishedSpanItems().toString())
        .doesNotContain("prompt")
        .doesNotContain("Hello.");
  }

  @Test
  void shouldTellPromptAndAnswerWhenAsked() {
    Tracing tracing = tracing(true);

    attempt(tracing, TracedCalls.call(), 0, Results.answered());

    assertThat(attribute(SpanAttributes.INPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"user","parts":[{"type":"text","content":"my \\"prompt\\""}]}]\
            """);
    assertThat(attribute(SpanAttributes.OUTPUT_MESSAGES))
        .isEqualTo(
            """
            [{"role":"assistant","parts":[{"type":"text","content":"Hello."}],\
            "finish_reason":"stop"}]\
            """);
  }

  private @Nullable String attribute(AttributeKey<String> key) {
    return attempts().get(0).getAttributes().get(key);
  }

  private static void attempt(
      Tracing tracing, CompletionCall call, int resends, AttemptResult result) {
    tracing.calls().attempt(call, "call-" + resends, resends).end(result);
  }

  private static Outcome completed(CompletionCall call) {
    Answer answer = ((AttemptResult.Answered) Results.answered()).answer();
    return new Outcome.Completed(call, answer, List.of(), false);
  }

  private static CompletionCall read(Tracing tracing, CompletionCall call) {
    Reading reading =
        tracing.reader((source, recovered) -> new Reading.Ready(call)).read(call.source(), false);
    return ((Reading.Ready) reading).call();
  }

  private static RecordHeader traceparent(String flags) {
    return RecordHeader.of("traceparent", "00-" + TRACE + "-" + PRODUCER + "-" + flags);
  }

  private static String header(CompletionCall call, String name) {
    return call.outputHeaders().stream()
        .filter(header -> header.name().equals(name))
        .map(header -> String.valueOf(header.text()))
        .reduce((first, second) -> first + second)
        .orElseThrow();
  }

  private SpanData request() {
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CONSUMER)
        .reduce(
            (first, second) -> {
              throw new AssertionError("two requests");
            })
        .orElseThrow();
  }

  private List<SpanData> attempts() {
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CLIENT)
        .toList();
  }

  private Tracing tracing(boolean content) {
    return tracing(content, Sampler.parentBased(Sampler.alwaysOn()));
  }

  private Tracing tracing(boolean content, Sampler sampler) {
    GivenIds ids = new GivenIds();
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setIdGenerator(ids)
            .setSampler(sampler)
            .addSpanProcessor(SimpleSpanProcessor.create(exported))
            .build();
    return Tracing.of(provider, ids, WORKER, content, () -> {});
  }
}

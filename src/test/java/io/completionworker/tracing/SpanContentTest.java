// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.Waits;
import io.completionworker.fixtures.Results;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What spans tell. */
class SpanContentTest {

  private final ExportedSpans spans = new ExportedSpans();

  @Test
  void shouldTellWhatTheCallWaitedForAndLeaveOutWhatItDidNot() {
    long[] nanos = new long[Waits.Kind.COUNT];
    nanos[Waits.Kind.LIMIT.index()] = 1_500_000_000;

    spans
        .tracing(false)
        .calls()
        .attempt(TracedCalls.call(), "call-0", 0, Waits.ofNanos(nanos))
        .end(Results.answered());

    assertThat(spans.attempts().get(0).getAttributes().asMap())
        .containsEntry(AttributeKey.longKey("completion_worker.waited_for_limit_ms"), 1_500L)
        .doesNotContainKeys(AttributeKey.longKey("completion_worker.waited_for_slot_ms"));
  }

  @Test
  void shouldTellWhatTheCallAsksForAndGets() {
    Tracing tracing = spans.tracing(false);
    CompletionRequest asked =
        TracedCalls.request().setMaxCompletionTokens(100).setTemperature(0.5).setN(2).build();
    CompletionCall call =
        TracedCalls.call(asked, RecordHeader.of("x-portkey-provider", "azure-openai"));

    ExportedSpans.attempt(tracing, call, 0, Results.answered());

    assertThat(spans.attempts().get(0).getAttributes().asMap())
        .containsEntry(SpanAttributes.GEN_AI_OPERATION, "chat")
        .containsEntry(SpanAttributes.PROVIDER, "azure.ai.openai")
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
    Tracing tracing = spans.tracing(false);

    ExportedSpans.attempt(tracing, TracedCalls.call(), 0, Results.serverError());

    assertThat(spans.attempts().get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(spans.attempts().get(0).getStatus().getDescription()).isEmpty();
    assertThat(spans.attempts().get(0).getAttributes().asMap())
        .containsEntry(SpanAttributes.ERROR, "SERVER_ERROR")
        .containsEntry(SpanAttributes.STATUS, 500L);
  }

  @Test
  void shouldTellWhyARequestFailed() {
    Tracing tracing = spans.tracing(false);
    CompletionCall call = TracedCalls.call();
    Outcome.Cause cause = new Outcome.Cause(FailureReason.INVALID_REQUEST, false, "no");

    tracing
        .calls()
        .outcome(new Outcome.Failed(call.source(), call, cause, List.of(), List.of(), true))
        .run();

    assertThat(spans.request().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(spans.request().getAttributes().asMap())
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
    Tracing tracing = spans.tracing(false);

    tracing
        .calls()
        .outcome(
            new Outcome.DeadLettered(
                TracedCalls.source(ExportedSpans.traceparent("01")),
                "java.lang.Exception",
                "no",
                false))
        .run();

    assertThat(spans.request().getParentSpanId()).isEqualTo(ExportedSpans.PRODUCER);
    assertThat(spans.request().getAttributes().get(SpanAttributes.OUTCOME))
        .isEqualTo("dead-letter");
  }

  @Test
  void shouldTellNoPromptAndNoAnswerUnlessAsked() {
    Tracing tracing = spans.tracing(false);

    ExportedSpans.attempt(tracing, TracedCalls.call(), 0, Results.answered());

    assertThat(spans.text()).doesNotContain("prompt").doesNotContain("Hello.");
  }

  @Test
  void shouldTellPromptAndAnswerWhenAsked() {
    Tracing tracing = spans.tracing(true);

    ExportedSpans.attempt(tracing, TracedCalls.call(), 0, Results.answered());

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
    return spans.attempts().get(0).getAttributes().get(key);
  }
}

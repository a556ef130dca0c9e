// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.Waits;
import io.completionworker.tracing.Tracing.GivenIds;
import io.completionworker.tracing.Tracing.TracedWorker;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;

/** Spans of a worker, kept where a test can look at them. */
final class ExportedSpans {

  static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  static final String PRODUCER = "b7ad6b7169203331";
  private static final TracedWorker WORKER =
      new TracedWorker(topic -> "completion-worker", "gateway.example", 8443, null);

  private final InMemorySpanExporter exported = InMemorySpanExporter.create();

  /** Forgets them. */
  void clear() {
    exported.reset();
  }

  /** All of them, as text. */
  String text() {
    return exported.getFinishedSpanItems().toString();
  }

  static void attempt(Tracing tracing, CompletionCall call, int resends, AttemptResult result) {
    tracing.calls().attempt(call, "call-" + resends, resends, Waits.NONE).end(result);
  }

  static RecordHeader traceparent(String flags) {
    return RecordHeader.of("traceparent", "00-" + TRACE + "-" + PRODUCER + "-" + flags);
  }

  SpanData request() {
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CONSUMER)
        .reduce(
            (first, second) -> {
              throw new AssertionError("two requests");
            })
        .orElseThrow();
  }

  List<SpanData> attempts() {
    return exported.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.CLIENT)
        .toList();
  }

  Tracing tracing(boolean content) {
    return tracing(content, Sampler.parentBased(Sampler.alwaysOn()));
  }

  Tracing tracing(boolean content, Sampler sampler) {
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Waits;
import io.completionworker.completion.port.CallTracer;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.fixtures.Results;
import io.completionworker.tracing.Tracing.TracedWorker;
import io.completionworker.tracing.Tracing.WatchedExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class TracingTest {

  private static final TracedWorker WORKER =
      new TracedWorker(topic -> "completion-worker", "localhost", 80, null);
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldBeOffWithoutAnExporter() {
    assertOff(Map.of());
    assertOff(Map.of("otel.service.name", "worker"));
    assertOff(
        Map.of("otel.traces.exporter", "none", "otel.exporter.otlp.endpoint", "http://host:4318"));
    assertOff(
        Map.of("otel.sdk.disabled", "true", "otel.exporter.otlp.endpoint", "http://host:4318"));
  }

  @Test
  void shouldBeOnWithAnExporterOrAnEndpoint() {
    assertThat(new TracingSettings(Map.of("otel.traces.exporter", "otlp")).on()).isTrue();
    assertThat(new TracingSettings(Map.of("otel.exporter.otlp.endpoint", "http://x")).on())
        .isTrue();
    assertThat(new TracingSettings(Map.of("otel.exporter.otlp.traces.endpoint", "http://x")).on())
        .isTrue();
  }

  @Test
  void shouldTakeABlankValueForNone() {
    assertThat(
            new TracingSettings(
                    Map.of(
                        "otel.metrics.exporter", "",
                        "otel.exporter.otlp.protocol", " ",
                        "otel.service.name", "",
                        "otel.logs.exporter", "console"))
                .withDefaults())
        .containsEntry("otel.metrics.exporter", "none")
        .containsEntry("otel.exporter.otlp.protocol", "http/protobuf")
        .containsEntry("otel.logs.exporter", "console")
        .doesNotContainKey("otel.service.name");
  }

  @Test
  void shouldTellContentOnlyWhenAsked() {
    String name = "otel.instrumentation.genai.capture.message.content";
    assertThat(new TracingSettings(Map.of()).content()).isFalse();
    assertThat(new TracingSettings(Map.of(name, "false")).content()).isFalse();
    assertThat(new TracingSettings(Map.of(name, "true")).content()).isTrue();
    assertThat(new TracingSettings(Map.of(name, "SPAN_ONLY")).content()).isTrue();
  }

  @Test
  void shouldExportTracesAloneToTheCollector() {
    try (OtlpCollector collector = OtlpCollector.start();
        Tracing tracing = start(collector, Map.of())) {
      CompletionCall call = TracedCalls.call();

      tracing.calls().attempt(call, "call-1", 0, Waits.NONE).end(Results.answered());

      await().atMost(LONG).until(() -> collector.spans().size() == 1);
      assertThat(collector.spans().get(0).service()).isEqualTo("completion-worker");
      assertThat(call.trace().traceparent()).contains(collector.spans().get(0).parentId());
    }
  }

  @Test
  void shouldExportWhatIsLeftWhenItEnds() {
    try (OtlpCollector collector = OtlpCollector.start()) {
      Tracing tracing = start(collector, Map.of("otel.bsp.schedule.delay", "60000"));
      tracing.calls().attempt(TracedCalls.call(), "call-1", 0, Waits.NONE).end(Results.answered());

      tracing.close();

      assertThat(collector.spans()).hasSize(1);
    }
  }

  /** More spans than its queue takes, while nobody is there to take them. */
  @Test
  void shouldWarnOnceAndGoOnWhenTheCollectorIsDown() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(WatchedExporter.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    try (OtlpCollector collector = OtlpCollector.start();
        Tracing tracing = start(collector, Map.of())) {
      collector.answerWith(400);
      for (int i = 0; i < 10_000; i++) {
        tracing
            .calls()
            .attempt(TracedCalls.call(), "call-" + i, 0, Waits.NONE)
            .end(Results.answered());
      }
      await().atMost(LONG).until(() -> !log.list.isEmpty());
      collector.answerWith(200);
      await()
          .atMost(LONG)
          .until(
              () -> {
                tracing
                    .calls()
                    .attempt(TracedCalls.call(), "again", 0, Waits.NONE)
                    .end(Results.answered());
                return log.list.size() > 1;
              });
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }
    assertThat(log.list)
        .extracting(event -> event.getLevel() + " " + event.getMessage())
        .containsExactly(
            "WARN Spans cannot be exported and are dropped; requests go on",
            "INFO Spans are exported again");
  }

  @Test
  void shouldSayWhichSettingItCannotUse() {
    assertThatThrownBy(() -> start(Map.of("otel.traces.exporter", "jaeger")))
        .isInstanceOf(ConfigFaultsException.class)
        .hasMessageContaining("OTEL_TRACES_EXPORTER must be otlp");
    assertThatThrownBy(
            () ->
                start(
                    Map.of("otel.traces.exporter", "otlp", "otel.exporter.otlp.protocol", "grpc")))
        .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf");
  }

  @Test
  void shouldSayNoValueOfASettingItCannotUse() {
    String secret = "s3cret";
    List<Map<String, String>> bad =
        List.of(
            Map.of("otel.exporter.otlp.endpoint", "ftp://user:" + secret + "@host"),
            Map.of("otel.exporter.otlp.endpoint", "http://h", "otel.bsp.schedule.delay", secret),
            Map.of("otel.exporter.otlp.endpoint", "http://h", "otel.traces.sampler", secret));
    for (Map<String, String> settings : bad) {
      assertThatThrownBy(() -> start(settings))
          .isInstanceOf(ConfigFaultsException.class)
          .hasMessageContaining("OTEL_")
          .hasMessageNotContaining(secret)
          .hasNoCause();
    }
  }

  private static void assertOff(Map<String, String> settings) {
    try (Tracing tracing = start(settings)) {
      assertThat(tracing.calls()).isSameAs(CallTracer.OFF);
    }
  }

  private static Tracing start(OtlpCollector collector, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("otel.exporter.otlp.endpoint", collector.endpoint());
    settings.put("otel.bsp.schedule.delay", "50");
    settings.putAll(more);
    return start(settings);
  }

  private static Tracing start(Map<String, String> settings) {
    return Tracing.start(WORKER, new TracingSettings(settings));
  }
}

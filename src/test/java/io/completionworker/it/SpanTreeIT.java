// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.docs.TracingPage;
import io.completionworker.secrets.Canaries;
import io.completionworker.tracing.CollectedSpan;
import io.completionworker.tracing.OtlpCollector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The spans of one request that is tried again, by one process after the other. */
class SpanTreeIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PRODUCER = "b7ad6b7169203331";
  private static final Map<String, String> SETTINGS =
      Map.of("retry.initial.backoff.ms", "50", "retry.max.backoff.ms", "100");
  private static final List<String> SHOWN =
      List.of(
          "completion_worker.outcome",
          "completion_worker.recovered",
          "http.request.resend_count",
          "http.response.status_code",
          "error.type",
          "gen_ai.usage.input_tokens");

  private final AtomicInteger calls = new AtomicInteger();

  /** The first call is refused, the second one open when its process is killed. */
  private Reply reply() {
    return switch (calls.incrementAndGet()) {
      case 1 -> Reply.overloaded();
      case 2 -> Reply.silence();
      default -> Reply.completion();
    };
  }

  @Test
  @Tag("long")
  void shouldTellOneTreeOfARequestWithARetryAcrossAKill() {
    Behaviour scripted = Behaviour.builder().respondWith(call -> reply()).build();
    try (OtlpCollector collector = OtlpCollector.start();
        Stand stand = new Stand(scripted, 1);
        KafkaConsumer<String, byte[]> responses = stand.committed("completion-responses")) {
      Map<String, String> environment = environment(collector);
      publish(stand);
      try (WorkerProcess first = new WorkerProcess(stand, SETTINGS, environment)) {
        await().atMost(LONG).until(() -> calls.get() == 2);
        await().atMost(LONG).until(() -> collector.spans().size() == 1);
        first.kill();
      }
      try (WorkerProcess second = new WorkerProcess(stand, SETTINGS, environment)) {
        ConsumerRecord<String, byte[]> response = response(responses);
        await().atMost(LONG).until(() -> collector.spans().size() == 3);

        List<CollectedSpan> spans = collector.spans();
        CollectedSpan request =
            spans.stream().filter(span -> span.kind().equals("CONSUMER")).findAny().orElseThrow();
        assertThat(header(response, "traceparent"))
            .isEqualTo("00-" + TRACE + "-" + request.spanId() + "-01");
        assertThat(request.traceId()).isEqualTo(TRACE);
        assertThat(request.parentId()).isEqualTo(PRODUCER);
        assertThat(request.tree(spans, SHOWN)).isEqualTo(TracingPage.exampleTree());
        assertThat(spans)
            .allSatisfy(span -> assertThat(span.startNanos()).isLessThanOrEqualTo(span.endNanos()))
            .allSatisfy(
                span -> assertThat(span.startNanos()).isGreaterThanOrEqualTo(request.startNanos()))
            .allSatisfy(span -> assertThat(Canaries.in(span.toString())).isEmpty())
            .allSatisfy(span -> assertThat(span.toString()).doesNotContain("Say hello"));
        assertThat(second.stop()).as(second::output).isZero();
      }
    }
  }

  private static Map<String, String> environment(OtlpCollector collector) {
    Map<String, String> environment = new HashMap<>();
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint());
    environment.put("OTEL_EXPORTER_OTLP_HEADERS", "api-key=" + Canaries.PLANTED + "collector");
    environment.put("OTEL_BSP_SCHEDULE_DELAY", "50");
    return environment;
  }

  private static ConsumerRecord<String, byte[]> response(KafkaConsumer<String, byte[]> responses) {
    return await()
        .atMost(LONG)
        .until(
            () -> responses.poll(Duration.ofMillis(200)).iterator(), records -> records.hasNext())
        .next();
  }

  private static String header(ConsumerRecord<String, byte[]> record, String name) {
    return Stand.text(record.headers().lastHeader(name).value());
  }

  private static void publish(Stand stand) {
    byte[] value =
        stand
            .serdes()
            .forValues(CompletionRequest.class)
            .serializer()
            .serialize("completion-requests", Stand.request("order-1"));
    var record = new ProducerRecord<>("completion-requests", "k", value);
    record
        .headers()
        .add(
            "traceparent",
            ("00-" + TRACE + "-" + PRODUCER + "-01").getBytes(StandardCharsets.UTF_8));
    Canaries.plantIn(record.headers());
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stand.broker.bootstrapServers()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      var sent = producer.send(record);
      producer.flush();
      assertThat(sent.isDone()).isTrue();
    }
  }
}

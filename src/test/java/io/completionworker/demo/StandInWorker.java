// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.fixtures.UsageRows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Just enough of a worker to drive the demo: calls with the last message's text, retries for ever,
 * refuses requests by their id. Loses and doubles outcomes when told to.
 */
final class StandInWorker implements WorkerUnderDemo {

  private final Set<String> lost;
  private final Set<String> doubled;

  StandInWorker(Set<String> lost, Set<String> doubled) {
    this.lost = lost;
    this.doubled = doubled;
  }

  @Override
  public Running start(Map<String, String> settings) {
    Run run = new Run(settings);
    Thread thread = new Thread(run::consume, "stand-in");
    thread.start();
    return () -> {
      run.consumer.wakeup();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  @Override
  public <T extends SpecificRecord> Serde<T> valueSerde(
      Class<T> type, Map<String, String> settings) {
    return Serdes.serdeFrom((topic, value) -> bytes(value), (topic, value) -> value(type, value));
  }

  private static byte[] bytes(SpecificRecord value) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new SpecificDatumWriter<SpecificRecord>(value.getSchema()).write(value, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T value(Class<T> type, byte[] bytes) {
    try {
      return new SpecificDatumReader<T>(SpecificData.get().getSchema(type))
          .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Run {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final URI endpoint;
    private final HttpClient http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService calls = Executors.newFixedThreadPool(24);

    Run(Map<String, String> settings) {
      String brokers = settings.getOrDefault("kafka.bootstrap.servers", "");
      endpoint = URI.create(settings.get("gateway.url") + "/chat/completions");
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", brokers,
                  "group.id", "stand-in",
                  "auto.offset.reset", "earliest"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", brokers),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void consume() {
      try (consumer;
          producer) {
        consumer.subscribe(List.of(DemoTopics.REQUESTS));
        while (true) {
          consumer.poll(Duration.ofMillis(100)).forEach(row -> calls.execute(() -> answer(row)));
        }
      } catch (WakeupException e) {
        calls.shutdownNow();
      }
    }

    private void answer(ConsumerRecord<byte[], byte[]> row) {
      Deserializer<CompletionRequest> requests =
          valueSerde(CompletionRequest.class, Map.of()).deserializer();
      CompletionRequest request = requests.deserialize(row.topic(), row.value());
      String id = request.getRequestId();
      if (lost.contains(id)) {
        return;
      }
      if (id.startsWith("invalid-")) {
        send(DemoTopics.FAILURES, row, bytes(failure(request, row)));
        return;
      }
      byte[] response = bytes(call(request, row));
      send(DemoTopics.RESPONSES, row, response);
      if (doubled.contains(id)) {
        send(DemoTopics.RESPONSES, row, response);
      }
    }

    private CompletionResponse call(CompletionRequest request, ConsumerRecord<byte[], byte[]> row) {
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}"
              .formatted(request.getModel());
      HttpRequest post =
          HttpRequest.newBuilder(endpoint).POST(BodyPublishers.ofString(body)).build();
      int attempts = 0;
      while (true) {
        attempts++;
        long start = System.currentTimeMillis();
        try {
          HttpResponse<String> answer = http.send(post, BodyHandlers.ofString());
          if (answer.statusCode() == 200) {
            CallDetails details = details(row, attempts, start);
            send(DemoTopics.USAGE, row, bytes(usage(request, details)));
            return response(request, details, answer);
          }
          long wait = answer.headers().firstValueAsLong("retry-after-ms").orElse(50);
          Thread.sleep(wait + 50L * attempts);
        } catch (IOException e) {
          // a broken connection: the next attempt follows
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    private void send(String topic, ConsumerRecord<byte[], byte[]> row, byte[] value) {
      ProducerRecord<byte[], byte[]> output = new ProducerRecord<>(topic, row.key(), value);
      output
          .headers()
          .add("x-portkey-trace-id", "trace-of-the-stand-in".getBytes(StandardCharsets.UTF_8));
      var unused = producer.send(output);
    }
  }

  private static CallDetails details(ConsumerRecord<?, ?> row, int attempts, long start) {
    return CallDetails.newBuilder()
        .setCallId("call-" + row.partition() + "-" + row.offset())
        .setAttempts(attempts)
        .setQueuedAt(Instant.ofEpochMilli(row.timestamp()))
        .setCalledAt(Instant.ofEpochMilli(start))
        .setCompletedAt(Instant.now())
        .build();
  }

  private static CompletionResponse response(
      CompletionRequest request, CallDetails details, HttpResponse<String> answer) {
    return CompletionResponse.newBuilder()
        .setRequestId(request.getRequestId())
        .setId("chatcmpl")
        .setObject("chat.completion")
        .setCreated(details.getCompletedAt().getEpochSecond())
        .setModel(request.getModel())
        .setChoices(List.of())
        .setGateway(GatewayDetails.newBuilder().setStatus(answer.statusCode()).build())
        .setCallDetails(details)
        .setBody(answer.body())
        .build();
  }

  private static CompletionUsage usage(CompletionRequest request, CallDetails details) {
    return UsageRows.row()
        .setRequestId(request.getRequestId())
        .setCallId(details.getCallId())
        .setModel(request.getModel())
        .setPromptTokens(10)
        .setCompletionTokens(5)
        .setTotalTokens(15)
        .setStartedAt(details.getCalledAt())
        .setCompletedAt(details.getCompletedAt())
        .setLatencyMs(1)
        .setAttempt(details.getAttempts())
        .build();
  }

  private static CompletionFailure failure(CompletionRequest request, ConsumerRecord<?, ?> row) {
    return CompletionFailure.newBuilder()
        .setRequestId(request.getRequestId())
        .setReason(FailureReason.INVALID_REQUEST)
        .setRetryable(false)
        .setMessage("refused by the stand-in")
        .setSourceTopic(row.topic())
        .setSourcePartition(row.partition())
        .setSourceOffset(row.offset())
        .setSourceTimestamp(Instant.ofEpochMilli(row.timestamp()))
        .setFailedAt(Instant.now())
        .build();
  }
}

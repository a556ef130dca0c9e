// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.ask;

import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordWriter;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * A request that is published once, and whose records are read from the moment of that until its
 * outcome is there. For one thread.
 */
public final class AskedRequest implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /** How long the usage row of the outcome is awaited, which is committed together with it. */
  private static final Duration ROW_PATIENCE = Duration.ofSeconds(3);

  private final WorkerSettings settings;
  private final CompletionRequest request;
  private final String id;
  private final ValueSerdes serdes;
  private final TopicReader reader;
  private final StreamedText text;
  private final ValueDecoder<CompletionResponse> responses;
  private final ValueDecoder<CompletionFailure> failures;
  private final ValueDecoder<CompletionChunk> chunks;
  private final ValueDecoder<CompletionUsage> usage;
  private final UsageTotals totals = new UsageTotals();
  private @Nullable String traceId;
  private @Nullable RecordPosition position;
  private @Nullable CompletionResponse answer;
  private @Nullable String failure;

  /**
   * The end of the request.
   *
   * @param failure why there is no answer; empty if there is one
   * @param facts calls, tokens, cost, and the ids of the request, on one line
   */
  public record Ending(Optional<String> failure, String facts) {}

  private AskedRequest(
      WorkerSettings settings,
      CompletionRequest request,
      String id,
      ValueSerdes serdes,
      TopicReader reader,
      Consumer<String> print) {
    TopicsConfig topics = settings.topics();
    this.settings = settings;
    this.request = request;
    this.id = id;
    this.serdes = serdes;
    this.reader = reader;
    this.text = new StreamedText(print);
    this.responses =
        new ValueDecoder<>(topics.responses(), serdes.eitherFormat(CompletionResponse.class));
    this.failures =
        new ValueDecoder<>(topics.failures(), serdes.eitherFormat(CompletionFailure.class));
    this.chunks = new ValueDecoder<>(topics.chunks(), serdes.eitherFormat(CompletionChunk.class));
    this.usage = new ValueDecoder<>(topics.usage(), serdes.eitherFormat(CompletionUsage.class));
  }

  /**
   * Opens the topics at their ends. Publishes nothing yet.
   *
   * @param request a request with an id that no other has
   * @param print receives the pieces of the answer's text
   * @throws RecordsException if topics are missing, or no broker answers
   */
  public static AskedRequest open(
      WorkerSettings settings, CompletionRequest request, Consumer<String> print) {
    TopicsConfig topics = settings.topics();
    List<String> outputs =
        new ArrayList<>(
            List.of(topics.responses(), topics.failures(), topics.deadLetters(), topics.usage()));
    if (Boolean.TRUE.equals(request.getStream())) {
      outputs.add(topics.chunks());
    }
    List<String> all = new ArrayList<>(outputs);
    all.add(0, topics.requests());
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    TopicReader.require(consumer, all);
    ValueSerdes serdes = ValueSerdes.of(settings);
    TopicReader reader = TopicReader.open(consumer, outputs);
    try {
      reader.seek(StartAt.LATEST, reader.partitions());
      String id = String.valueOf(request.getRequestId());
      return new AskedRequest(settings, request, id, serdes, reader, print);
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Publishes the request, and waits until the brokers have it.
   *
   * @throws RecordsException if it was not published, or if that is not known
   */
  public void publish() {
    String topic = settings.topics().requests();
    ProducerRecord<byte[], byte[]> empty = new ProducerRecord<>(topic, null);
    try (Serializer<CompletionRequest> serializer =
        serdes.forValues(CompletionRequest.class).serializer()) {
      byte[] value = serializer.serialize(topic, empty.headers(), request);
      String doubt = "It is not known whether the request was published; its id is " + id;
      position =
          RecordWriter.write(
                  settings.kafka(),
                  List.of(new ProducerRecord<>(topic, null, (byte[]) null, value, empty.headers())),
                  doubt)
              .get(0);
    } catch (KafkaException e) {
      throw new RecordsException("The request was not published", e);
    }
  }

  /**
   * Reads on for a moment. Returns the end of the request once it is there.
   *
   * @param say receives a message when the brokers become unavailable, and when they answer again
   */
  public Optional<Ending> follow(Consumer<String> say) {
    reader.follow(POLL, say).forEach(this::take);
    if (answer == null && failure == null) {
      return Optional.empty();
    }
    readRows();
    if (answer != null) {
      text.end(text(answer));
    }
    return Optional.of(new Ending(Optional.ofNullable(failure), facts()));
  }

  /** Reads the usage rows that are committed now. */
  private void readRows() {
    Map<TopicPartition, Long> ends = new HashMap<>(reader.committedEnds());
    ends.keySet().removeIf(partition -> !partition.topic().equals(settings.topics().usage()));
    long deadline = System.nanoTime() + ROW_PATIENCE.toNanos();
    while (!reader.reached(ends) && System.nanoTime() - deadline < 0) {
      reader.poll(POLL).forEach(this::take);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> found) {
    String topic = found.topic();
    if (topic.equals(settings.topics().deadLetters())) {
      takeDeadLetter(found);
    } else if (found.value() == null
        || !RecordFields.contains(found.value(), id.getBytes(StandardCharsets.UTF_8))) {
      return; // of another request
    } else if (topic.equals(responses.topic())) {
      responses.read(found).filter(one -> id.equals(one.getRequestId())).ifPresent(this::answered);
    } else if (topic.equals(failures.topic())) {
      failures.read(found).filter(one -> id.equals(one.getRequestId())).ifPresent(this::failed);
    } else if (topic.equals(usage.topic())) {
      usage.read(found).filter(one -> id.equals(one.getRequestId())).ifPresent(this::called);
    } else {
      chunks.read(found).filter(one -> id.equals(one.getRequestId())).ifPresent(this::streamed);
    }
  }

  private void answered(CompletionResponse response) {
    answer = response;
  }

  private void failed(CompletionFailure failed) {
    failure =
        failed.getReason()
            + ": "
            + failed.getMessage()
            + (failed.getRetryable() ? "; it may succeed later" : "");
  }

  private void called(CompletionUsage row) {
    totals.add("", row);
    traceId = row.getTraceId();
  }

  private void streamed(CompletionChunk chunk) {
    if (answer == null) {
      text.take(chunk);
    }
  }

  private void takeDeadLetter(ConsumerRecord<byte[], byte[]> found) {
    if (RecordFields.source(found.headers()).filter(at -> at.equals(position)).isPresent()) {
      failure =
          "a dead letter: "
              + RecordFields.text(found.headers(), KnownHeader.ERRORS.text() + "message")
                  .orElse("no cause is given");
    }
  }

  private String facts() {
    UsageTotals.Row all = totals.all();
    List<String> facts = new ArrayList<>();
    facts.add(all.calls() == 1 ? "1 call" : all.calls() + " calls");
    if (all.calls() > 0) {
      facts.add(all.promptTokens() + " prompt tokens");
      facts.add(all.completionTokens() + " completion tokens");
      facts.add(all.costText());
    }
    if (answer != null) {
      facts.add("model " + answer.getModel());
      facts.add(choice(answer).map(one -> "finish reason " + one.getFinishReason()).orElse(""));
    }
    facts.add(traceId == null ? "" : "trace " + traceId);
    facts.add("request " + id);
    return facts.stream().filter(one -> !one.isEmpty()).collect(Collectors.joining(", "));
  }

  private static String text(CompletionResponse response) {
    Optional<ResponseMessage> message = choice(response).map(Choice::getMessage);
    return message
        .map(ResponseMessage::getContent)
        .or(() -> message.map(ResponseMessage::getRefusal))
        .orElse("");
  }

  private static Optional<Choice> choice(CompletionResponse response) {
    return response.getChoices().stream().findFirst();
  }

  @Override
  public void close() {
    reader.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.ChoiceDelta;
import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;

/** Committed chunks by request and attempt, and the responses beside them. One thread. */
final class ChunkLog implements AutoCloseable {

  private final KafkaConsumer<String, byte[]> consumer;
  private final Deserializer<CompletionChunk> chunks;
  private final Deserializer<CompletionResponse> responses;
  private final Map<String, Map<String, NavigableMap<Integer, CompletionChunk>>> byRequest =
      new HashMap<>();
  private final Map<String, CompletionResponse> answers = new HashMap<>();

  ChunkLog(Stand stand) {
    consumer = stand.committed("completion-chunks", "completion-responses");
    chunks = stand.serdes().forValues(CompletionChunk.class).deserializer();
    responses = stand.serdes().forValues(CompletionResponse.class).deserializer();
  }

  /** Reads what has come since the last time. */
  ChunkLog poll() {
    for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
      if (record.topic().equals("completion-chunks")) {
        CompletionChunk chunk = chunks.deserialize(record.topic(), record.value());
        byRequest
            .computeIfAbsent(chunk.getRequestId(), id -> new LinkedHashMap<>())
            .computeIfAbsent(chunk.getCallId(), id -> new TreeMap<>())
            .put(chunk.getChunkIndex(), chunk);
      } else {
        CompletionResponse response = responses.deserialize(record.topic(), record.value());
        answers.put(response.getRequestId(), response);
      }
    }
    return this;
  }

  Map<String, CompletionResponse> answers() {
    return answers;
  }

  /** The attempts of a request that wrote chunks, in the order they began. */
  List<NavigableMap<Integer, CompletionChunk>> attempts(String requestId) {
    return List.copyOf(byRequest.getOrDefault(requestId, Map.of()).values());
  }

  /** What the chunks of an attempt add up to in their first choice. */
  static String text(NavigableMap<Integer, CompletionChunk> attempt) {
    StringBuilder text = new StringBuilder();
    for (CompletionChunk chunk : attempt.values()) {
      for (ChoiceDelta choice : chunk.getChoices()) {
        if (choice.getIndex() == 0 && choice.getContent() != null) {
          text.append(choice.getContent());
        }
      }
    }
    return text.toString();
  }

  @Override
  public void close() {
    consumer.close();
  }
}

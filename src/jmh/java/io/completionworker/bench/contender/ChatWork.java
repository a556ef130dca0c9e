// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.contender;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.completion.Answer;
import io.completionworker.gateway.json.AnswerDecoder;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import io.completionworker.gateway.json.AnswerJson;
import io.completionworker.gateway.json.RequestEncoder;
import io.completionworker.serde.AvroSerde;
import io.completionworker.serde.AvroSerdes;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serde;

/**
 * What is done with the bytes of a request and of an answer: the same Avro and JSON as the
 * worker's, by the worker's own code for them. Safe on every thread.
 */
final class ChatWork {

  private static final int MAX_ANSWER_BYTES = 8 << 20;

  private final RequestEncoder encoder = new RequestEncoder();
  private final AnswerJson json = new AnswerJson(MAX_ANSWER_BYTES);
  private final Serde<CompletionRequest> requests;
  private final Serde<CompletionResponse> responses;
  private final Serde<CompletionUsage> usage;

  ChatWork(String registryUrl) {
    AvroSerdes serdes =
        new AvroSerdes(Map.of("schema.registry.url", registryUrl), AvroSerde.class.getName());
    requests = serdes.forValues(CompletionRequest.class);
    responses = serdes.forValues(CompletionResponse.class);
    usage = serdes.forValues(CompletionUsage.class);
  }

  /**
   * A call that is to be made.
   *
   * @param body what is to be sent
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Call(CompletionRequest request, byte[] body, long queuedAt, long calledAt) {}

  /** Values of the output records. */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  record Outputs(byte[] response, byte[] usage) {}

  /** Decodes a request, and encodes the body to send. */
  Call call(byte[] value, long timestamp) {
    CompletionRequest request = requests.deserializer().deserialize(Topics.REQUESTS, value);
    return new Call(request, encoder.encode(request).bytes(), timestamp, now());
  }

  /** Parses an answer, and encodes what it makes. */
  Outputs outputs(Call call, byte[] body) {
    long completedAt = now();
    Answer answer = parse(body);
    String callId = UUID.randomUUID().toString();
    return new Outputs(
        responses
            .serializer()
            .serialize(Topics.RESPONSES, response(call, answer, callId, completedAt)),
        usage.serializer().serialize(Topics.USAGE, usage(call, answer, callId, completedAt)));
  }

  private Answer parse(byte[] body) {
    try {
      GatewayDetails gateway = new GatewayDetails(200, null, null, null, null, null, null, false);
      AnswerJson.Document read = json.read(body);
      return AnswerDecoder.decode(Objects.requireNonNull(read.object()), read.text(), gateway);
    } catch (InvalidAnswerException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletionResponse response(
      Call call, Answer answer, String callId, long completedAt) {
    return CompletionResponse.newBuilder()
        .setRequestId(call.request().getRequestId())
        .setId(answer.id())
        .setCreated(answer.created())
        .setModel(answer.model())
        .setChoices(answer.choices())
        .setSystemFingerprint(answer.systemFingerprint())
        .setServiceTier(answer.serviceTier())
        .setUsage(answer.usage())
        .setGateway(answer.gateway())
        .setCallDetails(
            CallDetails.newBuilder()
                .setCallId(callId)
                .setAttempts(1)
                .setQueuedAt(at(call.queuedAt()))
                .setCalledAt(at(call.calledAt()))
                .setCompletedAt(at(completedAt))
                .build())
        .setBody(answer.body())
        .build();
  }

  private static CompletionUsage usage(Call call, Answer answer, String callId, long completedAt) {
    CompletionUsage.Builder row =
        CompletionUsage.newBuilder()
            .setRequestId(call.request().getRequestId())
            .setCallId(callId)
            .setTraceId(callId)
            .setModel(call.request().getModel())
            .setModelServed(answer.model())
            .setUsageSource("REPORTED")
            .setSourceTopic("requests")
            .setSourcePartition(0)
            .setSourceOffset(0)
            .setQueuedAt(at(call.queuedAt()))
            .setQueueTimeMs(call.calledAt() - call.queuedAt())
            .setBillable(true)
            .setServiceTier(answer.serviceTier())
            .setStartedAt(at(call.calledAt()))
            .setCompletedAt(at(completedAt))
            .setLatencyMs(completedAt - call.calledAt())
            .setAttempt(1)
            .setFinishReason(answer.choices().get(0).getFinishReason())
            .setOutcome("ANSWERED")
            .setStatus(200);
    TokenUsage tokens = answer.usage();
    if (tokens != null) {
      row.setPromptTokens(tokens.getPromptTokens())
          .setCompletionTokens(tokens.getCompletionTokens())
          .setTotalTokens(tokens.getTotalTokens());
    }
    return row.build();
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static long now() {
    return System.currentTimeMillis();
  }
}

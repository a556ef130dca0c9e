// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.fixtures.UsageRows;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Records of a batch as they stand on the topics. */
final class BatchRecords {

  private BatchRecords() {}

  static String id(String batch, long line) {
    return new BatchRequestId(batch, line, "c-" + line).toString();
  }

  static CompletionRequest request(String batch, long line) {
    return Stand.request(id(batch, line));
  }

  /**
   * An answer.
   *
   * @param raw whether it has the endpoint's own body, which is not on one line
   */
  static CompletionResponse answer(String id, boolean raw) {
    String body = "{\n \"id\": \"chatcmpl-1\",\n \"choices\": [],\n \"for\": \"" + id + "\"\n}\n";
    return CompletionResponse.newBuilder()
        .setRequestId(id)
        .setId("chatcmpl-1")
        .setObject("chat.completion")
        .setCreated(1)
        .setModel("gpt-4o-mini-2024")
        .setChoices(
            List.of(
                Choice.newBuilder()
                    .setIndex(0)
                    .setMessage(
                        ResponseMessage.newBuilder()
                            .setRole("assistant")
                            .setContent("hello " + id)
                            .build())
                    .setFinishReason("stop")
                    .build()))
        .setGateway(GatewayDetails.newBuilder().setStatus(200).setRequestId("req-1").build())
        .setCallDetails(
            CallDetails.newBuilder()
                .setCallId("call-" + id)
                .setAttempts(1)
                .setQueuedAt(Instant.ofEpochMilli(1))
                .setCalledAt(Instant.ofEpochMilli(2))
                .setCompletedAt(Instant.ofEpochMilli(3))
                .build())
        .setBody(raw ? body : null)
        .build();
  }

  static CompletionUsage usage(String id, String model) {
    return UsageRows.row()
        .setRequestId(id)
        .setCallId("call-" + id)
        .setTraceId("trace-" + id)
        .setModel(model)
        .setPromptTokens(10)
        .setCompletionTokens(5)
        .setTotalTokens(15)
        .setCost(new BigDecimal("0.0000100000"))
        .setCurrency("USD")
        .setLatencyMs(1)
        .build();
  }

  /** A failure of a request that stands there; without status when none is given. */
  static CompletionFailure failure(
      CompletionRequest request,
      FailureReason reason,
      boolean retryable,
      @Nullable Integer status,
      RecordMetadata source) {
    return CompletionFailure.newBuilder()
        .setRequestId(request.getRequestId())
        .setReason(reason)
        .setRetryable(retryable)
        .setMessage("It went wrong")
        .setViolations(List.of())
        .setAttempts(List.of())
        .setStatus(status)
        .setErrorType(status == null ? null : "tokens")
        .setErrorCode(status == null ? null : "slow_down")
        .setSourceTopic(source.topic())
        .setSourcePartition(source.partition())
        .setSourceOffset(source.offset())
        .setSourceTimestamp(Instant.ofEpochMilli(source.timestamp()))
        .setFailedAt(Instant.now())
        .setRecovered(false)
        .setRequest(request)
        .build();
  }
}

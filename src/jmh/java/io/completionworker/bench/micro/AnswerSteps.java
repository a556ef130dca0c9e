// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.micro;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.completion.Answer;
import io.completionworker.gateway.json.AnswerDecoder;
import io.completionworker.gateway.json.AnswerDecoder.InvalidAnswerException;
import io.completionworker.gateway.json.AnswerJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** From the body of an answer to the response's record. */
@State(Scope.Benchmark)
public class AnswerSteps {

  private static final GatewayDetails GATEWAY =
      new GatewayDetails(200, null, null, null, null, null, null, false);

  /** Of the content. */
  @Param({"300", "8000"})
  public int bytes;

  private final AnswerJson json = new AnswerJson(8 << 20);
  private final Serde<CompletionResponse> serde = Serdes.of(CompletionResponse.class);
  private byte[] body = new byte[0];
  private CompletionResponse response = new CompletionResponse();

  /** Makes the answer. */
  @Setup
  public void prepare() throws InvalidAnswerException {
    body =
        """
        {"id":"chatcmpl-0123456789abcdef","object":"chat.completion","created":1795000000,
        "model":"gpt-4o-mini","choices":[{"index":0,"message":{"role":"assistant","content":"%s",
        "refusal":null},"logprobs":null,"finish_reason":"stop"}],
        "usage":{"prompt_tokens":260,"completion_tokens":64,"total_tokens":324,
        "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},
        "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0}},
        "service_tier":"default","system_fingerprint":"fp_simulated"}"""
            .formatted(Requests.words(bytes))
            .getBytes(StandardCharsets.UTF_8);
    response = response(decodeAnswer());
  }

  /** JSON to an answer. */
  @Benchmark
  public Answer decodeAnswer() throws InvalidAnswerException {
    AnswerJson.Document read = json.read(body);
    return AnswerDecoder.decode(Objects.requireNonNull(read.object()), read.text(), GATEWAY);
  }

  /** A response to Avro. */
  @Benchmark
  public byte[] encodeResponse() {
    return serde.serializer().serialize(Rig.RESPONSES, response);
  }

  private static CompletionResponse response(Answer answer) {
    return CompletionResponse.newBuilder()
        .setRequestId("r-1")
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
                .setCallId("call")
                .setAttempts(1)
                .setQueuedAt(Instant.EPOCH)
                .setCalledAt(Instant.EPOCH)
                .setCompletedAt(Instant.EPOCH)
                .build())
        .setBody(answer.body())
        .build();
  }
}

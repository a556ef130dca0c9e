// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.Choice;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.Message;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.AttemptResult.AttemptError.Disposition;
import io.completionworker.completion.AttemptResult.RateSignals;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.port.RequestReader.Reading;
import io.completionworker.config.GatewayConfig.Credentials;
import io.completionworker.config.GatewayConfig.HeaderRules;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.metrics.Meters;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.validation.RequestValidator;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests, calls, answers and attempts with defaults. */
final class Fixtures {

  static final RecordPosition POSITION = new RecordPosition("completion-requests", 3, 42);
  static final long TIMESTAMP = 1_700_000_000_000L;
  static final byte[] KEY = "customer-7".getBytes(StandardCharsets.UTF_8);
  static final HeaderRules RULES = new HeaderRules(Map.of(), Set.of(), false);
  static final Credentials NO_CREDENTIALS = new Credentials(null, null, null, null, null);

  private Fixtures() {}

  static CompletionRequest.Builder request() {
    Message message = Message.newBuilder().setRole("user").setContent("my prompt").build();
    return CompletionRequest.newBuilder()
        .setModel("gpt-4o-mini")
        .setMessages(List.of(message))
        .setRequestId("order-1");
  }

  static UsageCosts noCosts() {
    return new UsageCosts(null, new Meters(new SimpleMeterRegistry()));
  }

  static SourceRecord source(byte @Nullable [] value, RecordHeader... headers) {
    return new SourceRecord(POSITION, KEY, value, List.of(headers), TIMESTAMP, TIMESTAMP + 5, 0);
  }

  static SourceRecord source(CompletionRequest request, RecordHeader... headers) {
    return source(AvroBytes.encode(request), headers);
  }

  static CallReader reader(HeaderRules rules) {
    return new CallReader(
        AvroBytes.serde(CompletionRequest.class).deserializer(),
        AvroBytes.serde(CompletionRequest.class).deserializer(),
        new RequestValidator(Strictness.STRICT),
        TokenEstimator.bySize(1_024),
        NO_CREDENTIALS,
        rules);
  }

  /** The call that a valid request becomes. */
  static CompletionCall call(CompletionRequest request, RecordHeader... headers) {
    Reading reading = reader(RULES).read(source(request, headers), false);
    return ((Reading.Ready) reading).call();
  }

  static Answer answer(String content) {
    Choice choice =
        Choice.newBuilder()
            .setIndex(0)
            .setMessage(ResponseMessage.newBuilder().setContent(content).build())
            .setFinishReason("stop")
            .build();
    return new Answer(
        "chatcmpl-1",
        1_700_000_001L,
        "gpt-4o-mini-2024",
        List.of(choice),
        "fp_1",
        "default",
        null,
        gateway("MISS"),
        "{\"raw\":\"" + content + "\"}");
  }

  static GatewayDetails gateway(@Nullable String cacheStatus) {
    return GatewayDetails.newBuilder()
        .setStatus(200)
        .setCacheStatus(cacheStatus)
        .setProvider("openai")
        .build();
  }

  static Attempt answered(int number, Answer answer) {
    return attempt(number, new AttemptResult.Answered(answer));
  }

  static Attempt rejected(int number, FailureReason reason, boolean maybeBilled) {
    return rejected(number, reason, maybeBilled, null);
  }

  static Attempt rejected(
      int number, FailureReason reason, boolean maybeBilled, @Nullable Served served) {
    AttemptError error =
        new AttemptError(
            reason,
            Disposition.RETRY,
            maybeBilled,
            503,
            "try " + number + " failed",
            new AttemptError.Details("server_error", "oops", "model", "<html>"),
            null);
    return attempt(number, new AttemptResult.Rejected(error, RateSignals.NONE, served));
  }

  private static Attempt attempt(int number, AttemptResult result) {
    return new Attempt("call-" + number, number, 1000L * number, 1000L * number + 250, result);
  }
}

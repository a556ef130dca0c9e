package io.completionworker.codec;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.Outcome;

/** An answer as a response record. */
final class ResponseRecords {

  private ResponseRecords() {}

  /** The response, with the answer's body or without it. */
  static CompletionResponse of(Outcome.Completed completed, boolean withBody) {
    Answer answer = completed.answer();
    return CompletionResponse.newBuilder()
        .setRequestId(completed.call().requestId())
        .setId(answer.id())
        .setCreated(answer.created())
        .setModel(answer.model())
        .setChoices(answer.choices())
        .setSystemFingerprint(answer.systemFingerprint())
        .setServiceTier(answer.serviceTier())
        .setUsage(answer.usage())
        .setGateway(answer.gateway())
        .setCall(call(completed))
        .setBody(withBody ? answer.body() : null)
        .build();
  }

  private static CallDetails call(Outcome.Completed completed) {
    Attempt answered = completed.attempts().get(completed.attempts().size() - 1);
    return CallDetails.newBuilder()
        .setCallId(answered.callId())
        .setAttempts(answered.number())
        .setQueuedAt(completed.source().timestamp())
        .setCalledAt(answered.startedAt())
        .setCompletedAt(answered.endedAt())
        .setRecovered(completed.recovered())
        .build();
  }
}

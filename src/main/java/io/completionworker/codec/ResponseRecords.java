// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.Outcome;
import java.time.Instant;

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
        .setCallDetails(callDetails(completed))
        .setBody(withBody ? answer.body() : null)
        .build();
  }

  private static CallDetails callDetails(Outcome.Completed completed) {
    Attempt answered = completed.attempts().get(completed.attempts().size() - 1);
    CallDetails.Builder details =
        CallDetails.newBuilder()
            .setCallId(answered.callId())
            .setAttempts(answered.number())
            .setQueuedAt(Instant.ofEpochMilli(completed.source().timestamp()))
            .setCalledAt(Instant.ofEpochMilli(answered.startedAt()))
            .setCompletedAt(Instant.ofEpochMilli(answered.endedAt()))
            .setRecovered(completed.recovered());
    WaitColumns.set(details, answered.waits());
    return details.build();
  }
}

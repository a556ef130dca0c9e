// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailedAttempt;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.Violation;
import io.completionworker.codec.Packing.Draft;
import io.completionworker.codec.Packing.Envelope;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CutText;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the failure records of requests that ended without an answer. */
final class FailureRecords {

  /**
   * The number of forms. Form 0 is complete. Form 1 has no original request. In form 2 texts are
   * cut too. Form 3 has only the essential facts.
   */
  static final int FORMS = 4;

  private static final int MOST_ATTEMPTS = 20;

  private FailureRecords() {}

  /** The limits of a form. */
  private record Bound(boolean request, int text, int attempts, int violations, boolean excerpt) {

    static Bound of(int form) {
      return switch (form) {
        case 0 -> new Bound(true, Integer.MAX_VALUE, MOST_ATTEMPTS, Integer.MAX_VALUE, true);
        case 1 -> new Bound(false, Integer.MAX_VALUE, MOST_ATTEMPTS, Integer.MAX_VALUE, true);
        case 2 -> new Bound(false, 200, MOST_ATTEMPTS, 20, false);
        default -> new Bound(false, CutText.SHORTEST_ID, 0, 0, false);
      };
    }

    String cut(String value) {
      return CutText.of(value, text);
    }

    @Nullable String cutNullable(@Nullable String value) {
      return value == null ? null : cut(value);
    }
  }

  /**
   * Returns the failure record.
   *
   * @param form number of the form, see {@link #FORMS}
   */
  static CompletionFailure of(Outcome.Failed failed, long now, int form) {
    Bound bound = Bound.of(form);
    CompletionCall call = failed.call();
    RecordPosition position = failed.source().position();
    CompletionFailure.Builder record =
        CompletionFailure.newBuilder()
            .setRequestId(bound.cut(call == null ? position.toString() : call.requestId()))
            .setReason(failed.cause().reason())
            .setRetryable(failed.cause().retryable())
            .setMessage(bound.cut(failed.cause().message()))
            .setViolations(violations(failed, bound))
            .setAttempts(attempts(failed, bound))
            .setSourceTopic(position.topic())
            .setSourcePartition(position.partition())
            .setSourceOffset(position.offset())
            .setSourceTimestamp(Instant.ofEpochMilli(failed.source().timestamp()))
            .setFailedAt(Instant.ofEpochMilli(now))
            .setRecovered(failed.recovered())
            .setRequest(call == null || !bound.request() ? null : call.request());
    lastAttempt(record, failed, bound);
    return record.build();
  }

  private static void lastAttempt(
      CompletionFailure.Builder record, Outcome.Failed failed, Bound bound) {
    if (failed.attempts().isEmpty()) {
      return;
    }
    AttemptResult last = failed.attempts().get(failed.attempts().size() - 1).result();
    record.setStatus(status(last));
    if (last instanceof AttemptResult.Rejected rejected) {
      AttemptError.Details details = rejected.error().details();
      record
          .setErrorType(bound.cutNullable(details.type()))
          .setErrorCode(bound.cutNullable(details.code()))
          .setErrorParam(bound.cutNullable(details.param()))
          .setBodyExcerpt(bound.excerpt() ? details.bodyExcerpt() : null);
    }
  }

  private static List<Violation> violations(Outcome.Failed failed, Bound bound) {
    return failed.violations().stream()
        .limit(bound.violations())
        .map(v -> new Violation(bound.cut(v.getField()), bound.cut(v.getMessage())))
        .toList();
  }

  private static List<FailedAttempt> attempts(Outcome.Failed failed, Bound bound) {
    List<Attempt> all = failed.attempts();
    return all.stream()
        .skip(Math.max(0, all.size() - bound.attempts()))
        .map(attempt -> attempt(attempt, failed.cause().reason(), bound))
        .toList();
  }

  /**
   * Returns the entry of an attempt. An answered attempt of a failed request has the reason of the
   * failure.
   */
  private static FailedAttempt attempt(Attempt attempt, FailureReason otherwise, Bound bound) {
    AttemptError error =
        attempt.result() instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    return FailedAttempt.newBuilder()
        .setCallId(attempt.callId())
        .setAttempt(attempt.number())
        .setStartedAt(Instant.ofEpochMilli(attempt.startedAt()))
        .setEndedAt(Instant.ofEpochMilli(attempt.endedAt()))
        .setStatus(status(attempt.result()))
        .setReason(error == null ? otherwise : error.reason())
        .setMessage(error == null ? null : bound.cut(error.message()))
        .build();
  }

  private static @Nullable Integer status(AttemptResult result) {
    if (result instanceof AttemptResult.Rejected rejected) {
      return rejected.error().status();
    }
    return ((AttemptResult.Answered) result).answer().gateway().getStatus();
  }

  /** Builds dead letters: the original bytes of a record, with the fault in the headers. */
  static final class DeadLetters {

    private static final int LONGEST_MESSAGE = 1000;
    private static final int CUT_MESSAGE = 100;

    private DeadLetters() {}

    /**
     * Packs a dead letter and the usage rows of its request, which share its headers. If they are
     * too large, the rows are reduced first, and the copied headers are left out before the value.
     * If the error headers alone make it too large, the value is left out too, and the headers
     * still tell where the original record is.
     *
     * <p>If the value is not in memory, the stream thread adds it later from the stored request.
     * The headers still fit beside it then, because the topics accept more than the largest record.
     */
    static Emission pack(
        Outcome.DeadLettered letter,
        List<EncodedForms<CompletionUsage>> usage,
        Packing packing,
        long now) {
      SourceRecord source = letter.source();
      List<RecordHeader> all = OutputHeaders.ofDeadLetter(source);
      all.addAll(errors(letter, LONGEST_MESSAGE));
      List<RecordHeader> few = errors(letter, CUT_MESSAGE);
      Envelope keyed = Envelope.of(source.key(), few);
      List<Supplier<Envelope>> envelopes =
          Stream.of(
                  Envelope.of(source.key(), all),
                  Envelope.of(source.key(), errors(letter, LONGEST_MESSAGE)),
                  keyed)
              .filter(envelope -> packing.fits(envelope, source.value()))
              .map(DeadLetters::made)
              .toList();
      boolean there = source.value() != null || source.omittedBytes() > 0;
      Emission.Role role = there ? new Emission.Role.End() : new Emission.Role.Returned();
      Emission packed = packing.pack(source, envelopes, rows(role, usage), now);
      if (packed != null) {
        return packed.returning(source.value());
      }
      Envelope last = Envelope.of(null, few);
      List<Supplier<Envelope>> empty =
          packing.fits(keyed, null) ? List.of(made(keyed), made(last)) : List.of(made(last));
      Draft rows = rows(new Emission.Role.End(), usage);
      return Objects.requireNonNull(packing.packOrSqueeze(source, empty, rows, now))
          .returning(null);
    }

    private static Supplier<Envelope> made(Envelope envelope) {
      return () -> envelope;
    }

    private static Draft rows(Emission.Role role, List<EncodedForms<CompletionUsage>> usage) {
      return new Draft(role, List.of(), usage, List.of());
    }

    private static List<RecordHeader> errors(Outcome.DeadLettered letter, int longest) {
      String message = letter.message();
      String cut = CutText.of(message, longest);
      return OutputHeaders.errors(letter.source(), letter.exception(), cut);
    }
  }
}

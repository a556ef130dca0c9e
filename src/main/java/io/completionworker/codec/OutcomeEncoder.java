// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailureReason;
import io.completionworker.codec.EncodedForms.Faults;
import io.completionworker.codec.FailureRecords.DeadLetters;
import io.completionworker.codec.Packing.Draft;
import io.completionworker.codec.Packing.Envelope;
import io.completionworker.codec.UsageCosts.PricedAttempt;
import io.completionworker.codec.UsageRecords.WaitColumns;
import io.completionworker.codec.headers.OutputHeaders;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.TraceContext;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.BilledAttempt;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.port.EncodingResult;
import io.completionworker.completion.port.OutcomeWriter;
import io.completionworker.config.TopicsConfig;
import io.completionworker.logging.LoggedTrace;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Encodes outcomes: a response or a failure with its usage rows, or a dead letter.
 *
 * <p>No outcome is lost because of its size. Parts that do not fit are left out, and those that can
 * be found elsewhere go first. Parts that can never be encoded are left out too. If even the
 * failure cannot be encoded, the request itself becomes a dead letter. Faults that may pass are
 * tried again later, because the request is still stored: an outage of the registry, or a schema
 * that the registry refuses until it is changed.
 */
public final class OutcomeEncoder implements OutcomeWriter {

  private final Serdes serdes;
  private final TopicsConfig topics;
  private final Settings settings;
  private final InstantSource clock;
  private final Packing packing;
  private final UsageRecords usageRecords;
  private final UsageCosts costs;

  /** The serdes of the output values. */
  public record Serdes(
      Serde<CompletionResponse> responses,
      Serde<CompletionUsage> usage,
      Serde<CompletionFailure> failures) {}

  /**
   * Settings of the encoder.
   *
   * @param maxRecordBytes largest size of a record, with key and headers; from 4 KiB on, every
   *     outcome is kept within it
   * @param responseBodies whether responses contain the body of the answer
   * @param endpoint name of the endpoint in usage rows
   * @param provider provider of calls whose record names none, or null
   */
  public record Settings(
      int maxRecordBytes, boolean responseBodies, String endpoint, @Nullable String provider) {}

  /** Creates an encoder. The clock provides the timestamps of its records. */
  public OutcomeEncoder(
      Serdes serdes,
      TopicsConfig topics,
      Settings settings,
      UsageCosts costs,
      InstantSource clock) {
    this.serdes = serdes;
    this.topics = topics;
    this.settings = settings;
    this.clock = clock;
    this.packing = new Packing(settings.maxRecordBytes());
    this.costs = costs;
    this.usageRecords = new UsageRecords(settings.endpoint(), settings.provider(), costs);
  }

  @Override
  public EncodingResult<Emission> write(Outcome outcome) {
    return write(
        outcome.call(),
        () -> {
          List<PricedAttempt> billed = billed(outcome);
          EncodingResult<Emission> writing = encode(outcome, billed, clock.millis());
          if (writing instanceof EncodingResult.Encoded) {
            billed.forEach(costs::count); // only now: until it is written, it is encoded again
          }
          return writing;
        });
  }

  @Override
  public EncodingResult<Emission> write(BilledAttempt expense) {
    CompletionCall call = expense.call();
    return write(
        call,
        () -> {
          List<PricedAttempt> billed = usageRecords.billed(call, List.of(expense.attempt()));
          Draft draft =
              new Draft(
                  new Emission.Role.Row(expense.progress()),
                  List.of(),
                  usage(billed, expense.recovered(), null),
                  List.of());
          Emission emission =
              packing.packOrSqueeze(call.source(), envelopes(call), draft, clock.millis());
          billed.forEach(costs::count);
          return written(emission, draft);
        });
  }

  private EncodingResult<Emission> write(
      @Nullable CompletionCall call, Supplier<EncodingResult<Emission>> encoding) {
    if (call == null) {
      return write(encoding);
    }
    TraceContext trace = call.trace();
    return LoggedTrace.during(trace.traceId(), trace.spanId(), () -> write(encoding));
  }

  private EncodingResult<Emission> write(Supplier<EncodingResult<Emission>> encoding) {
    try {
      return encoding.get();
    } catch (RuntimeException | StackOverflowError e) {
      return Faults.unwritten("", e);
    }
  }

  private static EncodingResult<Emission> written(@Nullable Emission emission, Draft draft) {
    return emission == null
        ? new EncodingResult.Unencodable<>(String.valueOf(draft.fault()))
        : new EncodingResult.Encoded<>(emission, draft.fault());
  }

  private EncodingResult<Emission> encode(Outcome outcome, List<PricedAttempt> billed, long now) {
    if (outcome instanceof Outcome.Completed completed) {
      return completed(completed, billed, now);
    }
    if (outcome instanceof Outcome.Failed failed) {
      return failed(failed, billed, now);
    }
    return new EncodingResult.Encoded<>(
        DeadLetters.pack((Outcome.DeadLettered) outcome, List.of(), packing, now));
  }

  private EncodingResult<Emission> completed(
      Outcome.Completed completed, List<PricedAttempt> billed, long now) {
    CompletionCall call = completed.call();
    boolean bodies = settings.responseBodies();
    EncodedForms<CompletionResponse> response =
        new EncodedForms<>(
            serdes.responses(),
            topics.responses(),
            bodies ? 2 : 1,
            form -> ResponseRecords.of(completed, bodies && form == 0));
    Draft draft =
        new Draft(
            new Emission.Role.End(),
            List.of(response),
            usage(billed, completed.recovered(), null),
            List.of());
    Emission emission = packing.pack(call.source(), envelopes(completed, call), draft, now);
    return emission == null && response.encodable()
        ? failed(answerTooLarge(completed), billed, now)
        : written(emission, draft);
  }

  private EncodingResult<Emission> failed(
      Outcome.Failed failed, List<PricedAttempt> billed, long now) {
    CompletionCall call = failed.call();
    EncodedForms<CompletionFailure> failure =
        new EncodedForms<>(
            serdes.failures(),
            topics.failures(),
            FailureRecords.FORMS,
            form -> FailureRecords.of(failed, now, form));
    List<EncodedForms<CompletionUsage>> usage =
        usage(billed, failed.recovered(), failed.cause().reason());
    Draft draft = new Draft(new Emission.Role.End(), List.of(), usage, List.of(failure));
    Emission emission = packing.packOrSqueeze(failed.source(), envelopes(failed, call), draft, now);
    return emission == null
        ? returned(failed, draft, now)
        : new EncodingResult.Encoded<>(emission, draft.fault());
  }

  /**
   * Returns the request itself as a dead letter, with its usage rows, because not even its failure
   * can be encoded.
   */
  private EncodingResult<Emission> returned(Outcome.Failed failed, Draft draft, long now) {
    String fault = String.valueOf(draft.fault());
    Outcome.DeadLettered letter = Outcome.DeadLettered.unwritable(failed, fault);
    return new EncodingResult.Encoded<>(
        DeadLetters.pack(letter, draft.usage(), packing, now), fault);
  }

  private List<EncodedForms<CompletionUsage>> usage(
      List<PricedAttempt> billed, boolean recovered, @Nullable FailureReason unusable) {
    return billed.stream()
        .map(
            attempt ->
                new EncodedForms<>(
                    serdes.usage(),
                    topics.usage(),
                    UsageRecords.FORMS,
                    form -> usageRecords.of(attempt, recovered, unusable, form)))
        .toList();
  }

  private List<PricedAttempt> billed(Outcome outcome) {
    if (outcome instanceof Outcome.Completed completed) {
      return usageRecords.billed(completed.call(), completed.attempts());
    }
    return outcome instanceof Outcome.Failed failed && failed.call() != null
        ? usageRecords.billed(failed.call(), failed.attempts())
        : List.of();
  }

  private static List<Supplier<Envelope>> envelopes(
      Outcome outcome, @Nullable CompletionCall call) {
    return call == null
        ? Packing.envelopes(outcome.source(), OutputHeaders.copied(outcome.source()), List::of)
        : envelopes(call);
  }

  private static List<Supplier<Envelope>> envelopes(CompletionCall call) {
    return Packing.envelopes(
        call.source(), call.outputHeaders(), () -> OutputHeaders.trace(call.trace()));
  }

  private Outcome.Failed answerTooLarge(Outcome.Completed completed) {
    String message =
        "The answer is too large for a record of at most "
            + settings.maxRecordBytes()
            + " bytes (async.max.record.bytes); it was billed all the same";
    return new Outcome.Failed(
        completed.source(),
        completed.call(),
        new Outcome.Cause(FailureReason.RESPONSE_TOO_LARGE, false, message),
        List.of(),
        completed.attempts(),
        completed.recovered());
  }

  /** Builds response records. */
  static final class ResponseRecords {

    private ResponseRecords() {}

    /** Returns the response, with or without the body of the answer. */
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
}

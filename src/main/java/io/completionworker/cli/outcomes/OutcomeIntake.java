// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.Decoded;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.completion.CutText;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.UsageText;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Processes records of all topics and hands over what belongs to the batches that are wanted. */
public final class OutcomeIntake {

  /** What takes the place of a failure reason for dead letters. */
  public static final String DEAD_LETTER = "DEAD_LETTER";

  private static final String ANSWERED = UsageText.Outcome.ANSWERED.name();

  /** The batch of one request, and the request. */
  private record Ours(BatchRequestId id, BatchRecords batch) {}

  private final Function<String, Optional<BatchRecords>> batches;
  private final boolean skip;
  private final TopicsConfig topics;
  private final Set<String> requestTopics;
  private final RecordLookup lookup;
  private final ValueDecoder<CompletionRequest> requests;
  private final ValueDecoder<CompletionResponse> responses;
  private final ValueDecoder<CompletionFailure> failures;
  private final ValueDecoder<CompletionUsage> usage;
  private long skipped;
  private Optional<String> firstSkipped = Optional.empty();

  /** What is kept of one batch. */
  public interface BatchRecords {

    /** Returns the ledger, which the intake keeps up to date. */
    Ledger ledger();

    /** Returns the totals, to which the intake adds every usage row. */
    UsageTotals totals();

    /** Takes the first answer of a line. */
    void answer(BatchRequestId line, CompletionResponse response) throws IOException;

    /** Takes a failure of a line, which may have failed before. */
    void failure(BatchRequestId line, CompletionFailure failure) throws IOException;

    /**
     * Takes a dead letter of a line.
     *
     * @param why what its headers say; empty if they say nothing
     * @param time when it became one, in milliseconds since 1970
     */
    void deadLetter(BatchRequestId line, Optional<String> why, long time) throws IOException;
  }

  /**
   * Creates an intake.
   *
   * @param batches returns what keeps the records of the batch with this id; empty if it is not
   *     wanted
   * @param skip whether to skip outcomes that cannot be decoded
   */
  public OutcomeIntake(
      Function<String, Optional<BatchRecords>> batches,
      boolean skip,
      WorkerSettings settings,
      ValueSerdes serdes,
      RecordLookup lookup) {
    this.batches = batches;
    this.skip = skip;
    this.topics = settings.topics();
    this.requestTopics = Set.copyOf(settings.requestTopics());
    this.lookup = lookup;
    this.requests =
        new ValueDecoder<>(topics.requests(), serdes.eitherFormat(CompletionRequest.class));
    this.responses =
        new ValueDecoder<>(topics.responses(), serdes.eitherFormat(CompletionResponse.class));
    this.failures =
        new ValueDecoder<>(topics.failures(), serdes.eitherFormat(CompletionFailure.class));
    this.usage = new ValueDecoder<>(topics.usage(), serdes.eitherFormat(CompletionUsage.class));
  }

  /** Returns the topics that have records of a batch. */
  public static List<String> topics(WorkerSettings settings) {
    TopicsConfig topics = settings.topics();
    List<String> all = new ArrayList<>(settings.requestTopics());
    all.addAll(
        List.of(topics.responses(), topics.failures(), topics.usage(), topics.deadLetters()));
    return all;
  }

  /** Processes a record of one of these topics. */
  public void take(ConsumerRecord<byte[], byte[]> found) throws IOException {
    String topic = found.topic();
    if (requestTopics.contains(topic)) {
      request(found);
    } else if (topic.equals(topics.responses())) {
      response(found);
    } else if (topic.equals(topics.failures())) {
      failure(found);
    } else if (topic.equals(topics.usage())) {
      usage(found);
    } else {
      deadLetter(found);
    }
  }

  /** Returns a message about the outcomes that were skipped; empty if none was. */
  public Optional<String> skipped() {
    return firstSkipped.map(
        first ->
            skipped
                + (skipped == 1 ? " record that" : " records that")
                + " cannot be decoded may be of it; the first is "
                + first);
  }

  /**
   * Decodes an outcome. Does not skip one that can be decoded later, unless that was asked for: the
   * caller has paid for it and would pay again.
   */
  private <T> Optional<T> outcome(ValueDecoder<T> values, ConsumerRecord<byte[], byte[]> found) {
    if (!skip) {
      return values.readWritten(found);
    }
    Decoded<T> decoded = values.answered(found);
    if (decoded.fault().isPresent()) {
      skipped++;
      if (firstSkipped.isEmpty()) {
        firstSkipped = Optional.of(RecordFields.positionText(found) + ": " + decoded.fault().get());
      }
    }
    return decoded.value();
  }

  private void request(ConsumerRecord<byte[], byte[]> found) {
    boolean submitted = found.headers().lastHeader(Batch.DIGEST_HEADER) != null;
    ValueDecoder<CompletionRequest> values = requests.on(found.topic());
    (submitted ? outcome(values, found) : values.read(found))
        .flatMap(this::ours)
        .ifPresent(
            ours -> {
              long line = ours.id().line();
              ours.batch().ledger().requested(line, found.topic(), found.timestamp());
              size(found, ours);
            });
  }

  private void response(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<CompletionResponse> response = outcome(responses, found);
    Optional<Ours> ours = response.flatMap(value -> ours(value.getRequestId()));
    if (ours.isPresent()) {
      size(found, ours.get());
      BatchRequestId id = ours.get().id();
      if (ours.get().batch().ledger().answered(id.line())) {
        ours.get().batch().answer(id, response.get());
      }
    }
  }

  private void failure(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<CompletionFailure> failure = outcome(failures, found);
    Optional<Ours> ours = failure.flatMap(this::ofFailure);
    if (ours.isPresent()) {
      size(found, ours.get());
      ours.get().batch().ledger().failed(ours.get().id().line());
      ours.get().batch().failure(ours.get().id(), failure.get());
    }
  }

  private void usage(ConsumerRecord<byte[], byte[]> found) {
    Optional<CompletionUsage> row = outcome(usage, found);
    Optional<Ours> ours = row.flatMap(value -> ours(value.getRequestId()));
    if (ours.isPresent()) {
      ours.get().batch().totals().add(row.get().getModel(), row.get());
      if (row.get().getOutcome().equals(ANSWERED)) {
        ours.get().batch().ledger().counted(ours.get().id().line());
      }
    }
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<RecordPosition> source = RecordFields.source(found.headers());
    Optional<Ours> ours =
        requests
            .on(source.map(RecordPosition::topic).orElse(topics.requests()))
            .read(found)
            .or(() -> source.flatMap(this::lookedUp))
            .flatMap(this::ours);
    if (ours.isPresent()) {
      size(found, ours.get());
      Optional<String> why =
          RecordFields.text(found.headers(), KnownHeader.ERRORS.text() + "message");
      ours.get().batch().ledger().failed(ours.get().id().line());
      ours.get().batch().deadLetter(ours.get().id(), why, found.timestamp());
    }
  }

  /**
   * Returns the id of a failed request. A failure that does not contain its request may identify it
   * only by its position.
   */
  private Optional<Ours> ofFailure(CompletionFailure failure) {
    String id = failure.getRequestId();
    RecordPosition position = RecordFields.source(failure);
    boolean unnamed = id.equals(position.toString());
    if (failure.getRequest() != null || !(unnamed || CutText.isCutId(id))) {
      return ours(id);
    }
    return lookedUp(position).flatMap(this::ours).or(() -> ours(id));
  }

  private Optional<CompletionRequest> lookedUp(RecordPosition position) {
    return lookup.at(position).flatMap(requests.on(position.topic())::read);
  }

  private Optional<Ours> ours(CompletionRequest request) {
    String id = request.getRequestId();
    return id == null ? Optional.empty() : ours(id);
  }

  private Optional<Ours> ours(String requestId) {
    return BatchRequestId.parse(requestId)
        .flatMap(id -> batches.apply(id.batch()).map(batch -> new Ours(id, batch)));
  }

  private static void size(ConsumerRecord<byte[], byte[]> found, Ours ours) {
    RecordFields.number(found.headers(), Batch.SIZE_HEADER).ifPresent(ours.batch().ledger()::size);
  }
}

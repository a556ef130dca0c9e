// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.completion.CutText;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.completion.UsageText;
import io.completionworker.config.TopicsConfig;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Processes records of all topics and keeps what belongs to one batch. */
final class OutcomeIntake {

  private static final String ANSWERED = UsageText.Outcome.ANSWERED.name();

  private final String batch;
  private final boolean skip;
  private final TopicsConfig topics;
  private final BatchFiles files;
  private final RecordLookup lookup;
  private final ValueDecoder<CompletionRequest> requests;
  private final ValueDecoder<CompletionResponse> responses;
  private final ValueDecoder<CompletionFailure> failures;
  private final ValueDecoder<CompletionUsage> usage;

  /**
   * Creates an intake for one batch.
   *
   * @param skip whether to skip outcomes that cannot be decoded
   */
  OutcomeIntake(
      String batch,
      boolean skip,
      TopicsConfig topics,
      ValueSerdes serdes,
      BatchFiles files,
      RecordLookup lookup) {
    this.batch = batch;
    this.skip = skip;
    this.topics = topics;
    this.files = files;
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
  static List<String> topics(TopicsConfig topics) {
    return List.of(
        topics.requests(),
        topics.responses(),
        topics.failures(),
        topics.usage(),
        topics.deadLetters());
  }

  /** Processes a record of one of these topics. */
  void take(ConsumerRecord<byte[], byte[]> found) throws IOException {
    String topic = found.topic();
    if (topic.equals(topics.requests())) {
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

  /**
   * Decodes an outcome. Does not skip one that can be decoded later, unless that was asked for: the
   * caller has paid for it and would pay again.
   */
  private <T> Optional<T> outcome(ValueDecoder<T> values, ConsumerRecord<byte[], byte[]> found) {
    return skip ? values.read(found) : values.readWritten(found);
  }

  private void request(ConsumerRecord<byte[], byte[]> found) {
    boolean submitted = found.headers().lastHeader(Batch.DIGEST_HEADER) != null;
    Optional<BatchRequestId> id =
        (submitted ? outcome(requests, found) : requests.read(found)).flatMap(this::ours);
    if (id.isPresent()) {
      ledger().requested(id.get().line(), found.timestamp());
      size(found);
    }
  }

  private void response(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<CompletionResponse> response = outcome(responses, found);
    Optional<BatchRequestId> id = response.flatMap(value -> ours(value.getRequestId()));
    if (id.isPresent()) {
      size(found);
      if (ledger().answered(id.get().line())) {
        files.answer(id.get().line(), Envelope.answer(id.get(), response.get()));
      }
    }
  }

  private void failure(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<CompletionFailure> failure = outcome(failures, found);
    Optional<BatchRequestId> id = failure.flatMap(this::ofFailure);
    if (id.isPresent()) {
      size(found);
      long line = id.get().line();
      ledger().failed(line);
      byte[] row = Envelope.failure(id.get(), failure.get());
      files.error(line, failure.get().getReason().name(), row);
    }
  }

  private void usage(ConsumerRecord<byte[], byte[]> found) {
    Optional<CompletionUsage> row = outcome(usage, found);
    Optional<BatchRequestId> id = row.flatMap(value -> ours(value.getRequestId()));
    if (id.isPresent()) {
      files.state().totals().add(row.get().getModel(), row.get());
      if (row.get().getOutcome().equals(ANSWERED)) {
        ledger().counted(id.get().line());
      }
    }
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> found) throws IOException {
    Optional<BatchRequestId> id =
        requests
            .read(found)
            .or(() -> RecordFields.source(found.headers()).flatMap(this::lookedUp))
            .flatMap(this::ours);
    if (id.isPresent()) {
      size(found);
      Optional<String> why =
          RecordFields.text(found.headers(), KnownHeader.ERRORS.text() + "message");
      ledger().failed(id.get().line());
      files.error(id.get().line(), Envelope.DEAD_LETTER, Envelope.deadLetter(id.get(), why));
    }
  }

  /**
   * Returns the id of a failed request. A failure that does not contain its request may identify it
   * only by its position.
   */
  private Optional<BatchRequestId> ofFailure(CompletionFailure failure) {
    String id = failure.getRequestId();
    RecordPosition position = RecordFields.source(failure);
    boolean unnamed = id.equals(position.toString());
    if (failure.getRequest() != null || !(unnamed || CutText.isCutId(id))) {
      return ours(id);
    }
    return lookedUp(position).flatMap(this::ours).or(() -> ours(id));
  }

  private Optional<CompletionRequest> lookedUp(RecordPosition position) {
    return lookup.at(position).flatMap(requests::read);
  }

  private Optional<BatchRequestId> ours(CompletionRequest request) {
    String id = request.getRequestId();
    return id == null ? Optional.empty() : ours(id);
  }

  private Optional<BatchRequestId> ours(String requestId) {
    return BatchRequestId.parse(requestId).filter(id -> id.batch().equals(batch));
  }

  private void size(ConsumerRecord<byte[], byte[]> found) {
    RecordFields.number(found.headers(), Batch.SIZE_HEADER).ifPresent(ledger()::size);
  }

  private Ledger ledger() {
    return files.state().ledger();
  }
}

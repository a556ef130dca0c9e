// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.ValueDecoder;
import io.completionworker.cli.records.ValueDecoder.RecordFields;
import io.completionworker.cli.redrive.Redriver.Candidate;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.TopicsConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import io.completionworker.headers.KnownHeader;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Turns failures into requests to send again: the request that the failure contains, or else the
 * one that was published.
 */
final class FailedRequests implements Candidate.Source {

  private final WorkerSettings settings;
  private final RedriveOptions.Filter filter;
  private final RecordLookup lookup;
  private final ValueDecoder<CompletionFailure> failures;
  private final ValueDecoder<CompletionRequest> requests;
  private final Serializer<CompletionRequest> writer;

  FailedRequests(
      WorkerSettings settings,
      RedriveOptions.Filter filter,
      ValueSerdes serdes,
      RecordLookup lookup) {
    TopicsConfig topics = settings.topics();
    this.settings = settings;
    this.filter = filter;
    this.lookup = lookup;
    this.failures =
        new ValueDecoder<>(topics.failures(), serdes.eitherFormat(CompletionFailure.class));
    this.requests =
        new ValueDecoder<>(topics.requests(), serdes.eitherFormat(CompletionRequest.class));
    this.writer = serdes.forValues(CompletionRequest.class).serializer();
  }

  @Override
  public String topic() {
    return settings.topics().failures();
  }

  @Override
  public Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found) {
    if (!filter.matchesTime(found.timestamp())) {
      return Optional.empty();
    }
    return failures
        .read(found)
        .filter(failure -> filter.matches(failure.getReason(), failure.getRetryable()))
        .flatMap(failure -> candidate(found, failure));
  }

  private Optional<Candidate> candidate(
      ConsumerRecord<byte[], byte[]> found, CompletionFailure failure) {
    Optional<String> id = Optional.of(failure.getRequestId());
    Optional<String> trace = RecordFields.text(found.headers(), KnownHeader.TRACE_ID.text());
    Optional<CompletionRequest> carried = Optional.ofNullable(failure.getRequest());
    Optional<ConsumerRecord<byte[], byte[]>> original =
        carried.isPresent() ? Optional.empty() : original(failure);
    Optional<CompletionRequest> request =
        carried.or(() -> original.flatMap(there -> requests.on(there.topic()).read(there)));
    Optional<String> model = request.map(CompletionRequest::getModel);
    Optional<String> itsId = request.map(CompletionRequest::getRequestId).or(() -> id);
    if (!filter.matches(itsId, trace, model)) {
      return Optional.empty();
    }
    Optional<Candidate.Copy> copy =
        carried.isPresent()
            ? carried.map(value -> copy(found, failure, named(value, failure)))
            : original.map(there -> copy(found, there));
    return Optional.of(
        new Candidate(
            RecordFields.position(found),
            Optional.of(RecordFields.source(failure)),
            failure.getReason().name(),
            itsId,
            model,
            trace,
            copy,
            RedriveHeaders.count(found.headers())));
  }

  private Optional<ConsumerRecord<byte[], byte[]>> original(CompletionFailure failure) {
    return lookup.at(RecordFields.source(failure)).filter(there -> there.value() != null);
  }

  /** Returns the request with the id of its first outcome, even if it was published without one. */
  private static CompletionRequest named(CompletionRequest request, CompletionFailure failure) {
    return request.getRequestId() != null
        ? request
        : CompletionRequest.newBuilder(request).setRequestId(failure.getRequestId()).build();
  }

  private Candidate.Copy copy(
      ConsumerRecord<byte[], byte[]> found, CompletionFailure failure, CompletionRequest request) {
    String topic = requestTopic(settings, failure.getSourceTopic());
    Headers headers = headers(topic, found, found.headers());
    RedriveHeaders.turnTraceBack(headers);
    byte[] value = writer.serialize(topic, headers, request);
    return new Candidate.Copy(topic, found.key(), value, headers);
  }

  /**
   * Copies the bytes as they were published, with the headers that describe them and the trace id.
   */
  private Candidate.Copy copy(
      ConsumerRecord<byte[], byte[]> found, ConsumerRecord<byte[], byte[]> original) {
    Headers headers = headers(original.topic(), found, original.headers());
    RecordFields.text(found.headers(), KnownHeader.TRACE_ID.text())
        .filter(trace -> headers.lastHeader(KnownHeader.TRACE_ID.text()) == null)
        .ifPresent(trace -> headers.add(found.headers().lastHeader(KnownHeader.TRACE_ID.text())));
    return new Candidate.Copy(original.topic(), original.key(), original.value(), headers);
  }

  private static Headers headers(String topic, ConsumerRecord<byte[], byte[]> found, Headers from) {
    Headers headers = new ProducerRecord<byte[], byte[]>(topic, null).headers();
    long count = RedriveHeaders.count(found.headers()) + 1;
    RedriveHeaders.copy(from, RecordFields.position(found), count, headers);
    return headers;
  }

  /** Returns the request topic to send to: that of the request, if a class still reads it. */
  private static String requestTopic(WorkerSettings settings, String source) {
    return settings.classOf(source).isPresent() ? source : settings.topics().requests();
  }

  @Override
  public void close() {
    lookup.close();
  }

  /** Turns dead letters into requests to send again, byte for byte as they were published. */
  static final class DeadLetterRequests implements Candidate.Source {

    private static final String REASON = "DEAD_LETTER";

    private final WorkerSettings settings;
    private final RedriveOptions.Filter filter;
    private final RecordLookup lookup;
    private final ValueDecoder<CompletionRequest> requests;

    DeadLetterRequests(
        WorkerSettings settings,
        RedriveOptions.Filter filter,
        ValueSerdes serdes,
        RecordLookup lookup) {
      this.settings = settings;
      this.filter = filter;
      this.lookup = lookup;
      this.requests =
          new ValueDecoder<>(
              settings.topics().requests(), serdes.eitherFormat(CompletionRequest.class));
    }

    @Override
    public String topic() {
      return settings.topics().deadLetters();
    }

    @Override
    public Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found) {
      if (!filter.matchesTime(found.timestamp())) {
        return Optional.empty();
      }
      Optional<RecordPosition> position = RecordFields.source(found.headers());
      String topic = requestTopic(settings, position.map(RecordPosition::topic).orElse(""));
      Optional<byte[]> value =
          Optional.ofNullable(found.value()).or(() -> position.flatMap(this::original));
      Optional<CompletionRequest> request =
          value.flatMap(bytes -> requests.on(topic).read(found.headers(), bytes));
      Optional<String> id = request.map(CompletionRequest::getRequestId);
      Optional<String> model = request.map(CompletionRequest::getModel);
      Optional<String> trace = RecordFields.text(found.headers(), KnownHeader.TRACE_ID.text());
      if (!filter.matches(id, trace, model)) {
        return Optional.empty();
      }
      return Optional.of(
          new Candidate(
              RecordFields.position(found),
              position,
              REASON,
              id,
              model,
              trace,
              value.map(
                  bytes ->
                      new Candidate.Copy(
                          topic, found.key(), bytes, headers(topic, found, found.headers()))),
              RedriveHeaders.count(found.headers())));
    }

    private Optional<byte[]> original(RecordPosition position) {
      return lookup.at(position).map(ConsumerRecord::value);
    }

    @Override
    public void close() {
      lookup.close();
    }
  }
}

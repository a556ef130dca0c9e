// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.records.RecordFields;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.Values;
import io.completionworker.completion.OutputNames;
import io.completionworker.completion.RecordPosition;
import io.completionworker.config.TopicsConfig;
import io.completionworker.format.ValueSerdes;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** Dead letters, byte for byte as they were published. */
final class DeadLetterRequests implements Candidate.Source {

  private static final String REASON = "DEAD_LETTER";

  private final TopicsConfig topics;
  private final RedriveOptions.Filter filter;
  private final RecordLookup lookup;
  private final Values<CompletionRequest> requests;

  DeadLetterRequests(
      TopicsConfig topics, RedriveOptions.Filter filter, ValueSerdes serdes, RecordLookup lookup) {
    this.topics = topics;
    this.filter = filter;
    this.lookup = lookup;
    this.requests = new Values<>(topics.requests(), serdes.eitherFormat(CompletionRequest.class));
  }

  @Override
  public String topic() {
    return topics.deadLetters();
  }

  @Override
  public Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found) {
    if (!filter.matchesTime(found.timestamp())) {
      return Optional.empty();
    }
    Optional<RecordPosition> position = RecordFields.source(found.headers());
    Optional<byte[]> value =
        Optional.ofNullable(found.value()).or(() -> position.flatMap(this::original));
    Optional<CompletionRequest> request =
        value.flatMap(bytes -> requests.read(found.headers(), bytes));
    Optional<String> id = request.map(CompletionRequest::getRequestId);
    Optional<String> model = request.map(CompletionRequest::getModel);
    Optional<String> trace = RecordFields.text(found.headers(), OutputNames.TRACE_ID);
    if (!filter.matches(id, trace, model)) {
      return Optional.empty();
    }
    RecordPosition source = RecordFields.position(found);
    return Optional.of(
        new Candidate(
            source,
            position,
            REASON,
            id,
            model,
            trace,
            value.map(bytes -> copy(found, source, bytes)),
            RedriveHeaders.count(found.headers())));
  }

  private Optional<byte[]> original(RecordPosition position) {
    return lookup.at(position).map(ConsumerRecord::value);
  }

  private Candidate.Copy copy(
      ConsumerRecord<byte[], byte[]> found, RecordPosition source, byte[] value) {
    Headers headers = new ProducerRecord<byte[], byte[]>(topics.requests(), null).headers();
    long count = RedriveHeaders.count(found.headers()) + 1;
    RedriveHeaders.copy(found.headers(), source, count, headers);
    return new Candidate.Copy(found.key(), value, headers);
  }

  @Override
  public void close() {
    lookup.close();
  }
}

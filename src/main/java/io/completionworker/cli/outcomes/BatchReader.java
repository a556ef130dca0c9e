// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import io.completionworker.cli.control.AppliedControls;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the topics and counts the requests and outcomes of batches. For one thread. */
public final class BatchReader implements AutoCloseable {

  private final WorkerSettings settings;
  private final TopicReader reader;
  private final RecordLookup lookup;
  private final OutcomeIntake intake;
  private final Map<String, BatchCounts> batches = new TreeMap<>();

  private BatchReader(
      WorkerSettings settings,
      Predicate<String> wanted,
      ValueSerdes serdes,
      RecordLookup lookup,
      TopicReader reader) {
    this.settings = settings;
    this.lookup = lookup;
    this.reader = reader;
    this.intake =
        new OutcomeIntake(
            id ->
                wanted.test(id)
                    ? Optional.of(batches.computeIfAbsent(id, name -> new BatchCounts()))
                    : Optional.empty(),
            true,
            settings,
            serdes,
            lookup);
  }

  /**
   * Opens the topics.
   *
   * @param wanted whether to count a batch, by its id
   * @throws RecordsException if a topic is missing, or no broker answers
   */
  public static BatchReader open(WorkerSettings settings, Predicate<String> wanted) {
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    ValueSerdes serdes = ValueSerdes.of(settings);
    RecordLookup lookup = new RecordLookup(settings.requestTopics(), consumer);
    // the last step that may fail, so that nothing open is lost
    TopicReader reader = TopicReader.open(consumer, OutcomeIntake.topics(settings));
    return new BatchReader(settings, wanted, serdes, lookup, reader);
  }

  /**
   * Reads what is committed now.
   *
   * @param looked receives the number of records read so far
   * @throws RecordsException if the brokers or the registry do not answer
   */
  public void readThrough(StartAt from, LongConsumer looked) {
    reader.readThrough(from, this::take, looked);
  }

  /**
   * Reads on for a moment.
   *
   * @param say receives a message when the brokers become unavailable, and when they answer again
   */
  public void follow(Duration longest, Consumer<String> say) {
    reader.follow(longest, say).forEach(this::take);
  }

  /**
   * Returns the status of a batch; empty if no record of it was seen.
   *
   * @param controls the controls on the topic
   */
  public Optional<BatchStatus> status(String batch, List<ControlTopic.Entry> controls) {
    Instant now = Instant.now();
    return Optional.ofNullable(batches.get(batch))
        .map(
            counts -> BatchStatus.of(batch, counts, AppliedControls.to(batch, controls, now), now));
  }

  /** Returns the status of every batch that was seen, by its id, without controls. */
  public List<BatchStatus> all() {
    return batches.keySet().stream().flatMap(id -> status(id, List.of()).stream()).toList();
  }

  /** Returns a message about records that cannot be decoded; empty if there are none. */
  public Optional<String> skipped() {
    return intake.skipped();
  }

  /**
   * Returns the controls on the topic; none if there is no such topic, since then no worker knows
   * of any.
   */
  public List<ControlTopic.Entry> controls() {
    return new ControlTopic(settings).readIfPresent();
  }

  private void take(ConsumerRecord<byte[], byte[]> found) {
    try {
      intake.take(found);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // counts write no file
    }
  }

  @Override
  public void close() {
    reader.close();
    lookup.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.redrive.FailedRequests.DeadLetterRequests;
import io.completionworker.cli.redrive.RedriveHeaders.SentBefore;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Sends failures or dead letters back to the request topic that they came from, none of them twice.
 *
 * <p>Its transactional id is fixed, so a redrive that starts stops a running one and aborts what a
 * dead one had not committed. Only then does it read what was sent before. See ADR 0018.
 */
public final class Redriver {

  private static final Duration POLL = Duration.ofMillis(200);

  private final RedriveOptions options;
  private final List<String> requests;
  private final Listener listener;
  private final BooleanSupplier stopped;
  private final Report report = new Report();

  /** The action taken on a record. */
  public enum Action {
    /** Its request was sent again, or would be in a dry run. */
    SENT("sent"),
    /** An earlier redrive has sent its request. */
    SENT_BEFORE("sent before"),
    /** No topic has its request any more. */
    GONE("without their request, which is nowhere any more"),
    /** The topics no longer show whether its request was sent before. */
    UNPROVEN("older than the request topic, so that nothing tells whether they were sent before");

    private final String words;

    Action(String words) {
      this.words = words;
    }

    /** Returns the action in words, for people. */
    public String words() {
      return words;
    }
  }

  /** Receives every record that matches the filter. */
  @FunctionalInterface
  public interface Listener {

    /** Reports what was done with the record. */
    void redriven(Action action, Redriven what);
  }

  /**
   * A record that matches the filter.
   *
   * @param source position of the record
   * @param count how often its request was sent again before
   */
  public record Redriven(
      String source,
      String reason,
      Optional<String> requestId,
      Optional<String> model,
      Optional<String> traceId,
      long count) {}

  private Redriver(
      RedriveOptions options, List<String> requests, Listener listener, BooleanSupplier stopped) {
    this.options = options;
    this.requests = requests;
    this.listener = listener;
    this.stopped = stopped;
  }

  /**
   * Sends the requests of the records that exist now.
   *
   * @param stopped polled from time to time, true to stop; what was sent until then stays sent
   * @throws RecordsException when the redrive cannot continue; what was committed stays sent
   */
  public static Report redrive(
      WorkerSettings settings, RedriveOptions options, Listener listener, BooleanSupplier stopped)
      throws InterruptedException {
    Redriver redriver = new Redriver(options, settings.requestTopics(), listener, stopped);
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    try (Candidate.Source candidates = candidates(settings, options, consumer)) {
      // before the sender opens: sending to a missing topic could create it
      List<String> topics = new ArrayList<>(redriver.requests);
      topics.add(candidates.topic());
      TopicReader.require(consumer, topics);
      try (RequestSender sender =
          options.dryRun() ? RequestSender.none() : RequestSender.open(settings, options.rate())) {
        redriver.run(consumer, candidates, sender);
        return redriver.report;
      }
    }
  }

  private static Candidate.Source candidates(
      WorkerSettings settings, RedriveOptions options, Map<String, Object> consumer) {
    ValueSerdes serdes = ValueSerdes.of(settings);
    RecordLookup lookup = new RecordLookup(settings.requestTopics(), consumer);
    return options.deadLetters()
        ? new DeadLetterRequests(settings, options.filter(), serdes, lookup)
        : new FailedRequests(settings, options.filter(), serdes, lookup);
  }

  private void run(Map<String, Object> consumer, Candidate.Source candidates, RequestSender sender)
      throws InterruptedException {
    StartAt from = options.filter().from().map(StartAt::time).orElse(StartAt.EARLIEST);
    SentBefore before = SentBefore.read(consumer, requests, candidates.topic(), from, stopped);
    try (TopicReader reader = TopicReader.open(consumer, List.of(candidates.topic()))) {
      Map<TopicPartition, Long> ends = reader.committedEnds();
      reader.seek(from, reader.partitions());
      while (!reader.reached(ends) && !stopped.getAsBoolean()) {
        for (ConsumerRecord<byte[], byte[]> found : reader.read(POLL)) {
          if (isAsked(found, ends) && !stopped.getAsBoolean()) {
            Optional<Candidate> candidate = candidates.of(found);
            if (candidate.isPresent()) {
              take(candidate.get(), found.timestamp(), before, sender);
            }
            sender.commitWhenLong();
          }
        }
        sender.commitWhenLong();
      }
      sender.commit();
    }
  }

  /**
   * Whether the record existed at the start of the run. Records that arrive during the run are left
   * to the next one; otherwise a redrive could run forever.
   */
  private static boolean isAsked(
      ConsumerRecord<byte[], byte[]> found, Map<TopicPartition, Long> ends) {
    return found.offset()
        < ends.getOrDefault(new TopicPartition(found.topic(), found.partition()), 0L);
  }

  private void take(Candidate candidate, long timestamp, SentBefore before, RequestSender sender)
      throws InterruptedException {
    Action action = judge(candidate, before);
    if (action == Action.SENT) {
      Candidate.Copy copy =
          candidate.copy().orElseThrow(() -> new IllegalStateException("judged wrongly"));
      Optional<Integer> partition =
          candidate.request().map(request -> request.partition() % before.partitions(copy.topic()));
      if (!sender.send(partition, timestamp, copy, stopped)) {
        return;
      }
      before.add(candidate.source());
    }
    report.count(action);
    listener.redriven(
        action,
        new Redriven(
            candidate.source().toString(),
            candidate.reason(),
            candidate.requestId(),
            candidate.model(),
            candidate.traceId(),
            candidate.count()));
  }

  private Action judge(Candidate candidate, SentBefore before) {
    if (before.contains(candidate.source())) {
      return Action.SENT_BEFORE;
    }
    if (candidate.copy().isEmpty()) {
      return Action.GONE;
    }
    boolean proven = candidate.request().map(before::isProven).orElse(false);
    return proven || options.unproven() ? Action.SENT : Action.UNPROVEN;
  }

  /** Counts what a redrive did with the records that match the filter. */
  public static final class Report {

    private final Map<Action, Long> counts = new EnumMap<>(Action.class);

    Report() {
      for (Action action : Action.values()) {
        counts.put(action, 0L);
      }
    }

    void count(Action action) {
      counts.merge(action, 1L, Long::sum);
    }

    /** Returns the number of records with which this was done. */
    public long of(Action action) {
      return counts.getOrDefault(action, 0L);
    }
  }

  /**
   * A failure or dead letter that may be sent again.
   *
   * @param source its own position
   * @param request position of its request; empty when the record does not contain it
   * @param reason why the request failed
   * @param copy the request to send; empty when no topic has it any more
   * @param count how often the request was sent again before
   */
  record Candidate(
      RecordPosition source,
      Optional<RecordPosition> request,
      String reason,
      Optional<String> requestId,
      Optional<String> model,
      Optional<String> traceId,
      Optional<Copy> copy,
      long count) {

    /**
     * A request in the form in which it is sent.
     *
     * @param topic the request topic that it came from, or that of {@code topics.requests} if no
     *     class reads that one any more
     */
    @SuppressWarnings("ArrayRecordComponent") // identity is enough: bytes are sent, not compared
    record Copy(String topic, byte @Nullable [] key, byte[] value, Headers headers) {}

    /** Turns records of one topic into candidates. */
    interface Source extends AutoCloseable {

      /** Returns the topic. */
      String topic();

      /** Returns the candidate of a record; empty when the filter excludes it. */
      Optional<Candidate> of(ConsumerRecord<byte[], byte[]> found);

      @Override
      void close();
    }
  }
}

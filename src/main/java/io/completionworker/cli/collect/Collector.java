// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.outcomes.Ledger;
import io.completionworker.cli.outcomes.OutcomeIntake;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.GroupWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Follows the outcomes of a batch until all have arrived, and writes them to files. */
final class Collector {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final long CHECKPOINT_NANOS = Duration.ofSeconds(2).toNanos();

  /**
   * The longest wait for usage rows after the last outcome. A row is committed with its outcome,
   * but may become visible a moment later, or may not exist.
   */
  private static final long USAGE_NANOS = Duration.ofSeconds(5).toNanos();

  /** Longer than a submit takes between two transactions. */
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

  private final CollectOptions options;
  private final Progress progress;
  private final BooleanSupplier stopped;
  private final BatchFiles files;
  private final TopicReader reader;
  private final OutcomeIntake intake;
  private final GroupWatch workers;
  private final Map<TopicPartition, Long> ends;
  private final List<String> requestTopics;
  private boolean caughtUp;
  private boolean followingSaid;
  private long seenAtLast;
  private long quietSince;

  /**
   * Creates a collector for these open topics and files.
   *
   * @param stopped polled from time to time, true to stop
   */
  Collector(
      PreparedCollect prepared, GroupWatch workers, Progress progress, BooleanSupplier stopped) {
    this.requestTopics = prepared.requestTopics();
    this.options = prepared.options();
    this.files = prepared.files();
    this.reader = prepared.reader();
    this.intake = prepared.intake();
    this.workers = workers;
    this.progress = progress;
    this.stopped = stopped;
    this.ends = reader.writtenEnds();
  }

  /**
   * Collects until all outcomes are there, the timeout has passed, or the collect is stopped.
   *
   * @throws RecordsException when the batch has no request on the topic, or reading cannot continue
   * @throws IOException when a file cannot be written
   */
  CollectReport run() throws IOException {
    begin();
    long started = System.nanoTime();
    long noted = started;
    long doneSince = 0;
    while (true) {
      for (ConsumerRecord<byte[], byte[]> found : reader.follow(POLL, progress::say)) {
        intake.take(found);
      }
      show();
      long now = System.nanoTime();
      boolean done = isDone();
      progress.note(caughtUp && !done ? workers.notReadyReason(ledger().settled()) : "");
      if (done) {
        doneSince = doneSince == 0 ? now : doneSince;
        if (ledger().allCounted() || now - doneSince > USAGE_NANOS) {
          return end(CollectReport.End.COMPLETE);
        }
      } else {
        doneSince = 0;
      }
      if (stopped.getAsBoolean() || isOver(now - started)) {
        return end(done ? CollectReport.End.COMPLETE : CollectReport.End.INCOMPLETE);
      }
      if (isQuiet(now) && isSizeGone()) {
        return end(CollectReport.End.SIZE_GONE);
      }
      if (now - noted > CHECKPOINT_NANOS) {
        files.checkpoint(reader.positions());
        noted = System.nanoTime();
      }
    }
  }

  /** Whether all known requests are settled and no new one has been seen for a while. */
  private boolean isQuiet(long now) {
    Ledger ledger = ledger();
    boolean waiting = caughtUp && ledger.size().isEmpty() && ledger.missing() == 0;
    if (!waiting || ledger.seen() != seenAtLast) {
      seenAtLast = ledger.seen();
      quietSince = now;
    }
    if (!waiting || now - quietSince < QUIET_NANOS) {
      return false;
    }
    quietSince = now; // if the size may still come, the check is repeated after a while
    return true;
  }

  /**
   * Whether the last request of the batch, which carries its size, may have been deleted. That is
   * so when a partition of the request topic has lost its oldest records, and those that it still
   * has are newer than every request of the batch that was seen. If none was seen, it must be so of
   * each request topic.
   */
  private boolean isSizeGone() {
    if (ledger().newestRequest() < 0 && !options.since().equals(StartAt.EARLIEST)) {
      return true; // the requests are older than the start of reading
    }
    Collection<String> seen = ledger().requestTopics();
    Map<TopicPartition, Long> times = reader.oldestTimes();
    Map<TopicPartition, Long> oldest = reader.oldest();
    return (seen.isEmpty() ? requestTopics : seen)
        .stream().allMatch(topic -> hasLostRequests(topic, oldest, times));
  }

  private boolean hasLostRequests(
      String topic, Map<TopicPartition, Long> oldest, Map<TopicPartition, Long> times) {
    return oldest.entrySet().stream()
        .filter(first -> first.getKey().topic().equals(topic) && first.getValue() > 0)
        .map(first -> times.getOrDefault(first.getKey(), Long.MAX_VALUE))
        .anyMatch(time -> time > ledger().newestRequest());
  }

  private void begin() {
    Map<TopicPartition, Long> reached = files.state().offsets();
    if (reached.isEmpty()) {
      reader.seek(options.since(), reader.partitions());
      return;
    }
    reader
        .resume(reached)
        .forEach(
            (partition, count) ->
                progress.say(
                    "collect: "
                        + count
                        + " records of "
                        + partition
                        + " were deleted before they were read"));
  }

  private boolean isDone() throws IOException {
    if (!caughtUp) {
      caughtUp = reader.reached(ends);
    }
    if (caughtUp && ledger().seen() == 0) {
      files.discard();
      throw new RecordsException(
          "No request of batch " + options.batch() + " is on the request topic");
    }
    if (caughtUp && ledger().size().isEmpty() && !followingSaid) {
      followingSaid = true;
      progress.say(
          "collect: the submit of batch "
              + options.batch()
              + " has not ended, "
              + ledger().seen()
              + " requests so far; following");
    }
    return caughtUp && ledger().done();
  }

  private boolean isOver(long nanos) {
    return options.timeout().isPresent() && nanos >= options.timeout().get().toNanos();
  }

  private void show() {
    ledger().size().ifPresent(progress::total);
    progress.at(ledger().settled());
  }

  private CollectReport end(CollectReport.End how) throws IOException {
    files.checkpoint(reader.positions());
    if (how != CollectReport.End.INCOMPLETE) {
      files.publish();
    }
    Map<String, Long> reasons = files.writeErrors();
    Ledger ledger = ledger();
    return new CollectReport(
        options,
        how,
        ledger.size(),
        ledger.answers().size(),
        ledger.missing(),
        reasons,
        files.state().totals(),
        Optional.empty());
  }

  private Ledger ledger() {
    return files.state().ledger();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.cli.records.NumberSet;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.completion.BatchRequestId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of one batch, their outcomes by kind, and what they cost. Keeps no record, so
 * a line takes less than a byte. For one thread.
 */
public final class BatchCounts implements OutcomeIntake.BatchRecords {

  /** The time over which the rate is measured. */
  static final Duration RECENT = Duration.ofMinutes(1);

  /** How far the times of outcomes may be out of order before the rate is affected. */
  private static final long KEPT_SECONDS = 10 * RECENT.toSeconds();

  private final Ledger ledger = new Ledger();
  private final UsageTotals totals = new UsageTotals();

  /** The lines whose latest failure has this reason. */
  private final Map<String, NumberSet> failed = new TreeMap<>();

  /** Outcomes by the second in which they ended, since 1970; only the latest seconds. */
  private final TreeMap<Long, Long> ended = new TreeMap<>();

  private @Nullable Instant first;
  private @Nullable Instant last;

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public UsageTotals totals() {
    return totals;
  }

  @Override
  public void answer(BatchRequestId line, CompletionResponse response) {
    end(response.getCallDetails().getCompletedAt());
  }

  @Override
  public void failure(BatchRequestId line, CompletionFailure failure) {
    fail(line.line(), failure.getReason().name());
    end(failure.getFailedAt());
  }

  @Override
  public void deadLetter(BatchRequestId line, Optional<String> why, long time) {
    fail(line.line(), OutcomeIntake.DEAD_LETTER);
    end(Instant.ofEpochMilli(time));
  }

  /**
   * Returns how many lines ended with each failure reason and have no answer. The name of dead
   * letters is {@link OutcomeIntake#DEAD_LETTER}.
   */
  Map<String, Long> failures() {
    Map<String, Long> counts = new TreeMap<>();
    failed.forEach(
        (reason, lines) -> {
          long count = 0;
          for (OptionalLong line = lines.next(0);
              line.isPresent();
              line = lines.next(line.getAsLong() + 1)) {
            long number = line.getAsLong();
            count += ledger.isFailed(number) && ledger.isSettled(number) ? 1 : 0;
          }
          if (count > 0) {
            counts.put(reason, count);
          }
        });
    return counts;
  }

  /** Returns when the latest outcome ended; empty if there is none. */
  Optional<Instant> lastOutcome() {
    return Optional.ofNullable(last);
  }

  /**
   * Returns the outcomes per second over the last minute, or since the first outcome if that is
   * later; empty if there was no outcome in that time.
   */
  OptionalDouble rate(Instant now) {
    long second = now.getEpochSecond();
    long from = second - RECENT.toSeconds();
    long count = ended.tailMap(from, false).values().stream().mapToLong(Long::longValue).sum();
    if (count == 0 || first == null) {
      return OptionalDouble.empty();
    }
    long seconds = second - Math.max(from, first.getEpochSecond());
    return OptionalDouble.of((double) count / Math.max(1, seconds));
  }

  private void fail(long line, String reason) {
    failed.values().forEach(lines -> lines.remove(line));
    failed.computeIfAbsent(reason, name -> new NumberSet()).add(line);
  }

  private void end(Instant time) {
    first = first == null || time.isBefore(first) ? time : first;
    last = last == null || time.isAfter(last) ? time : last;
    ended.merge(time.getEpochSecond(), 1L, Long::sum);
    ended.headMap(last.getEpochSecond() - KEPT_SECONDS).clear();
  }
}

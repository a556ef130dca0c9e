// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Charged;
import io.completionworker.completion.Emission.Output;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.Emission.UsageRow;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.config.DedupeConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards emissions of one task: each record straight to the node that takes it, and the usage
 * rows of many emissions together to the node that adds them up. Stream thread only.
 */
final class Outputs {

  private final ProcessorContext<byte[], Object> context;

  /** The ids of answered requests; null if requests are not compared. */
  private final @Nullable AnsweredIds ids;

  /** Rows whose records are forwarded and which are not added up yet. */
  private List<CompletionUsage> rows = new ArrayList<>();

  /** Charges that are not added up yet, of emissions whose records are forwarded. */
  private List<Charged> charged = new ArrayList<>();

  Outputs(ProcessorContext<byte[], Object> context, DedupeConfig dedupe) {
    this.context = context;
    this.ids =
        dedupe.on() ? new AnsweredIds(context.getStateStore(AnsweredIds.STORE), dedupe) : null;
  }

  /** Gives the ids of answered requests to the outbox of the task. Called once, before all else. */
  void tell(TaskOutbox outbox) {
    if (ids != null) {
      ids.tell(outbox);
    }
  }

  /** Forgets ids that are no longer compared. */
  void expire() {
    if (ids != null) {
      ids.expire(context.currentSystemTimeMs());
    }
  }

  /** Forwards the records of an emission. */
  void forward(Emission emission) {
    if (emission.role() instanceof Emission.Role.Levels now) {
      charged.add(new Charged(emission.position(), List.of(), now.levels()));
    } else if (!emission.charges().isEmpty()) {
      charged.add(new Charged(emission.position(), emission.charges(), List.of()));
    }
    Record<byte[], Object> record = new Record<>(emission.key(), null, emission.timestamp());
    for (RecordHeader header : emission.headers()) {
      record.headers().add(header.name(), header.value());
    }
    forward(record, emission.responses(), Output.RESPONSES);
    forward(record, emission.chunks(), Output.CHUNKS);
    forward(record, emission.usage());
    forward(record, emission.failures(), Output.FAILURES);
    forward(record, emission.deadLetters(), Output.DEAD_LETTERS);
    if (ids != null) {
      ids.forwarded(emission, context.currentSystemTimeMs());
    }
  }

  private void forward(Record<byte[], Object> record, List<OutputValue> values, Output output) {
    for (OutputValue value : values) {
      context.forward(record.withValue(value), output.node());
    }
  }

  /**
   * Forwards usage rows. Each has the time at which its attempt ended, not the time of the outcome,
   * which may be much later after retries.
   */
  private void forward(Record<byte[], Object> record, List<UsageRow> usage) {
    for (UsageRow row : usage) {
      OutputValue value = row.value();
      if (value != null) {
        long endedAt = row.row().getCompletedAt().toEpochMilli();
        context.forward(record.withValue(value).withTimestamp(endedAt), Output.USAGE.node());
      }
      rows.add(row.row());
    }
  }

  /**
   * Has the rows and charges of the emissions since the last call added up. To be called before the
   * stream thread may commit, so that the sums are in the transaction of their rows.
   */
  void addUp() {
    if (!rows.isEmpty()) {
      List<CompletionUsage> together = rows;
      rows = new ArrayList<>();
      forwardSums(together, Output.USAGE_SUMS);
    }
    if (!charged.isEmpty()) {
      List<Charged> together = charged;
      charged = new ArrayList<>();
      forwardSums(together, Output.SPEND_SUMS);
    }
  }

  /** The time is that of the changelog's records. */
  private void forwardSums(List<?> summands, Output output) {
    context.forward(new Record<>(null, summands, context.currentSystemTimeMs()), output.node());
  }
}

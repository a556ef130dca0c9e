// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async;

import io.completionworker.async.CompletionProcessorSupplier.OwnedPartitions;
import io.completionworker.async.CompletionProcessorSupplier.Strikes;
import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.async.outbox.StreamThreadGate;
import io.completionworker.async.outbox.StreamThreadGate.StallRule;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.DedupeConfig;
import io.completionworker.metrics.Meters;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the requests of one task into its store, and emits their outcomes from it.
 *
 * <p>Threads: its stream thread only. {@code init()} runs again on the same object after a
 * suspension or a revival, so it starts from the store alone. {@code close()} runs after the
 * commit, so it cannot emit anything.
 */
final class CompletionProcessor implements Processor<byte[], byte[], byte[], Object> {

  private final Dispatcher dispatcher;
  private final Capacity capacity;
  private final IntakeControl intake;
  private final OwnedPartitions owned;
  private final Strikes strikes;
  private final SourceFormat format;
  private final PendingStore.Settings settings;
  private final DedupeConfig dedupe;
  private final Meters meters;
  private @Nullable Task task;

  CompletionProcessor(
      Dispatcher dispatcher,
      Capacity capacity,
      IntakeControl intake,
      OwnedPartitions owned,
      Strikes strikes,
      SourceFormat format,
      PendingStore.Settings settings,
      DedupeConfig dedupe,
      Meters meters) {
    this.dispatcher = dispatcher;
    this.capacity = capacity;
    this.intake = intake;
    this.owned = owned;
    this.strikes = strikes;
    this.format = format;
    this.settings = settings;
    this.dedupe = dedupe;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> context) {
    Task starting = new Task(context);
    task = starting;
    try {
      starting.recover();
    } catch (RuntimeException e) {
      close(); // Kafka Streams closes only initialized processors
      throw e;
    }
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    task().process(record);
  }

  @Override
  public void close() {
    Task closing = task;
    task = null;
    if (closing != null) {
      closing.close();
    }
  }

  private Task task() {
    Task current = task;
    if (current == null) {
      throw new IllegalStateException("process() before init()");
    }
    return current;
  }

  /** The state of one initialization. */
  private final class Task {

    private final ProcessorContext<byte[], Object> context;
    private final Outputs outputs;
    private final PendingStore store;
    private final StreamThreadGate gate;
    private final TaskOutbox outbox;
    private final WallClockTimer pulse;
    private long records;
    private long bytes;
    private final StallRule stalls;
    private long seenAt;
    private long touchedAt;

    Task(ProcessorContext<byte[], Object> context) {
      this.context = context;
      this.outputs = new Outputs(context, dedupe); // first: it may fail, and nothing is held yet
      this.gate = intake.gate();
      int partition = context.taskId().partition();
      HeldOffsets held =
          new HeldOffsets(context.getStateStore(HeldOffsets.STORE), partition, intake.held());
      this.store =
          new PendingStore(
              context.getStateStore(PendingStore.NAME), held, format.topic(), settings);
      gate.transaction().hold(partition, held::committable);
      this.outbox = dispatcher.open(gate, store.before());
      outputs.tell(outbox);
      this.pulse = new WallClockTimer(context, this::punctuate);
      this.seenAt = dispatcher.nanos();
      this.stalls = new StallRule(seenAt);
      this.touchedAt = seenAt;
      owned.taken(partition);
    }

    /** Dispatches the requests that the store still holds, in arrival order. */
    void recover() {
      store.forEach(
          stored -> {
            count(1, stored.size());
            dispatcher.recover(
                outbox, stored.record(), stored.kept(), stored.progress(), store.before());
          });
      pulse.busy(records > 0);
    }

    void process(Record<byte[], byte[]> record) {
      seen();
      emit();
      intake.waitForRoom(gate, outbox, this::emit);
      accept(record);
    }

    void close() {
      pulse.cancel();
      gate.transaction().release(context.taskId().partition());
      store.close();
      dispatcher.close(outbox);
      capacity.add(-records, -bytes);
      owned.givenUp(context.taskId().partition());
    }

    private void punctuate() {
      gate.punctuated();
      seen();
      emit();
      if (gate.transaction().commitsEarly(seenAt)) {
        context.commit();
      }
      if (stalls.mayEmit(seenAt)) {
        store.mark(outbox.history(), intake.stopping(), seenAt);
        outputs.expire();
      }
      if (seenAt - touchedAt >= PendingStore.TOUCH.toNanos()) {
        touchedAt = seenAt;
        store.touch();
      }
      pulse.busy(records > 0);
    }

    /** Renews the lease that calls need. Not after a stall: another instance may own the task. */
    private void seen() {
      long now = dispatcher.nanos();
      stalls.seen(now, intake.leased(seenAt, now));
      seenAt = now;
      if (stalls.mayEmit(now)) {
        outbox.seen(now);
      }
    }

    private void accept(Record<byte[], byte[]> record) {
      RecordPosition position = format.position(context);
      if (store.isSettled(position)) {
        return; // read again because an older request is open
      }
      boolean condemned = strikes.out(position);
      try {
        long now = context.currentSystemTimeMs();
        SourceRecord source =
            condemned ? format.bare(position, record, now) : format.source(position, record, now);
        int size = PendingFormat.size(source);
        if (size + PendingFormat.GROWTH > format.maxBytes()) {
          source = format.withoutValue(source, size);
        }
        SourceRecord.Kept kept = store.put(source, seenAt);
        count(1, kept.size());
        dispatch(source, kept, condemned);
        pulse.busy(true);
      } catch (KafkaException e) {
        throw e; // caused by the broker or the store, not by the record
      } catch (RuntimeException e) {
        strikes.strike(position);
        throw e;
      }
    }

    private void dispatch(SourceRecord source, SourceRecord.Kept kept, boolean condemned) {
      if (condemned) {
        String message = "The record kept stopping the thread that took it";
        String exception = IllegalStateException.class.getName();
        dispatcher.condemn(
            outbox, source, new Outcome.DeadLettered(source, exception, message, false));
      } else if (store.wasReadBefore(source.position())) {
        dispatcher.recover(outbox, source.withoutValue(), kept, Progress.NONE, store.before());
      } else {
        dispatcher.accept(outbox, source.withoutValue(), kept);
      }
    }

    private void emit() {
      if (outbox.waiting() == 0 || !stalls.mayEmit(dispatcher.nanos())) {
        return;
      }
      List<RecordPosition> chunks = new ArrayList<>();
      int left = outbox.waiting(); // a bound: chunks may arrive as fast as they are emitted
      for (Emission next = outbox.poll(); next != null; next = --left > 0 ? outbox.poll() : null) {
        if (next.role() instanceof Emission.Role.Counted row) {
          emitRow(next, row);
        } else if (next.role() instanceof Emission.Role.Levels) {
          outputs.forward(next);
        } else if (!next.ends()) {
          emitChunk(next);
          chunks.add(next.position());
        } else {
          Emission outcome =
              next.role() instanceof Emission.Role.Returned
                  ? next.returning(store.original(next.position()))
                  : next;
          int size = store.remove(next.position());
          if (size < 0) {
            meters.stale();
            if (!gate.transaction().has(next.position())) {
              dispatcher.dropped(next.position());
            }
          } else {
            outputs.forward(outcome);
            count(-1, -size);
            gate.transaction().forwarded(next.position());
          }
        }
      }
      outputs.addUp();
      store.written();
      if (!chunks.isEmpty()) {
        dispatcher.chunksEmitted(chunks);
      }
    }

    /**
     * Forwards a usage row, unless the store shows that it was committed. The dispatcher cannot
     * know that, so it offers the row again when the task comes back.
     */
    private void emitRow(Emission row, Emission.Role.Counted role) {
      Progress stored = store.progress(row.position());
      if (stored == null) {
        meters.stale();
      } else if (role.isNew(stored)) {
        outputs.forward(row);
        count(0, store.remember(row.position(), role.progress().atLeast(stored)));
      }
    }

    private void emitChunk(Emission chunk) {
      if (store.contains(chunk.position())) {
        outputs.forward(chunk);
        gate.transaction().chunkForwarded();
        meters.chunk();
      } else {
        meters.stale();
      }
    }

    private void count(long moreRecords, long moreBytes) {
      records += moreRecords;
      bytes += moreBytes;
      capacity.add(moreRecords, moreBytes);
    }
  }
}

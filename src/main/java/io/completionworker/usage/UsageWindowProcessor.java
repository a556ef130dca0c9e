// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.outbox.StreamThreadGate.StallRule;
import io.completionworker.async.schedule.Lease;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.usage.WindowSums.WindowKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Sums the usage rows of one task in its store. Writes a window after its end, and again if rows
 * arrived after that.
 *
 * <p>A window counts as written when its record is forwarded, in the same transaction. A window
 * that was not committed is written again. The codec thread encodes windows, since that may wait
 * for the registry.
 *
 * <p>Threads: its stream thread only. {@code init()} runs again on the same object after a
 * suspension or a revival, so it starts from the store alone. {@code close()} runs after the
 * commit, so it cannot write anything.
 */
final class UsageWindowProcessor
    implements Processor<byte[], List<CompletionUsage>, byte[], OutputValue> {

  /** Delay after the end of a window, since outcomes of its last moment may arrive later. */
  private static final long CLOSE_DELAY_MS = 1_000;

  /** The most windows of a task that are encoded at the same time. */
  private static final int MOST_ENCODING = 1_000;

  private final Settings settings;
  private final Dimensions dimensions;
  private final CodecStage codec;
  private final WindowWriter writer;
  private final Lease lease;
  private final LongSupplier nanos;
  private @Nullable Task task;

  /**
   * Settings of the processor.
   *
   * @param requests name of the request topic
   * @param beat time between two punctuations, shorter than the lease
   */
  record Settings(UsageWindowConfig windows, String requests, Duration beat, Meters meters) {}

  UsageWindowProcessor(
      Settings settings, CodecStage codec, WindowWriter writer, Lease lease, LongSupplier nanos) {
    this.settings = settings;
    this.dimensions = new Dimensions(settings.windows().groupBy());
    this.codec = codec;
    this.writer = writer;
    this.lease = lease;
    this.nanos = nanos;
  }

  @Override
  public void init(ProcessorContext<byte[], OutputValue> context) {
    close();
    task = new Task(context);
  }

  @Override
  public void process(Record<byte[], List<CompletionUsage>> record) {
    Task current = task;
    if (current == null) {
      throw new IllegalStateException("process() before init()");
    }
    current.add(record.value());
  }

  @Override
  public void close() {
    Task closing = task;
    task = null;
    if (closing != null) {
      closing.close();
    }
  }

  /** A window after encoding. Without bytes if it can never be encoded. */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  private record Encoded(WindowKey key, long calls, byte @Nullable [] bytes) {}

  /** The state of one initialization. */
  private final class Task {

    private final ProcessorContext<byte[], OutputValue> context;
    private final TopicPartition source;
    private final SettledClock clock;
    private final StallRule stalls = new StallRule(nanos.getAsLong());
    private @Nullable WindowStore read;

    /** Windows with rows that no written revision contains. */
    private final Set<WindowKey> unwritten = new TreeSet<>();

    /** Those of the unwritten windows that are being encoded. */
    private final Set<WindowKey> encoding = new HashSet<>();

    private final Queue<Encoded> encoded = new ConcurrentLinkedQueue<>();
    private final Cancellable schedule;
    private long seenAt = nanos.getAsLong();
    private volatile boolean closed;

    Task(ProcessorContext<byte[], OutputValue> context) {
      this.context = context;
      this.source = new TopicPartition(settings.requests(), context.taskId().partition());
      this.clock = new SettledClock(context.currentSystemTimeMs(), nanos.getAsLong());
      this.schedule =
          context.schedule(settings.beat(), PunctuationType.WALL_CLOCK_TIME, this::punctuate);
    }

    void close() {
      closed = true;
      schedule.cancel();
    }

    /**
     * Returns the store, which is read at its first use. It is not read in {@code init()}: if that
     * failed, Kafka Streams would close no processor of the task, and the processors before this
     * one would not release what they hold.
     */
    private WindowStore store() {
      WindowStore known = read;
      if (known == null) {
        known = new WindowStore(context.getStateStore(WindowStore.NAME));
        known.forEach(
            (key, sums) -> {
              if (sums.unwritten()) {
                unwritten.add(key);
              }
            });
        read = known;
      }
      return known;
    }

    void add(List<CompletionUsage> rows) {
      seen();
      if (settings.windows().length().isZero()) {
        return; // windows that are in the store are still written
      }
      WindowStore store = store();
      Map<WindowKey, WindowSums> changed = new HashMap<>();
      for (CompletionUsage row : rows) {
        WindowKey key = windowOf(row);
        WindowSums sums = changed.computeIfAbsent(key, store::getOrNew);
        if (sums.revisions > 0) {
          settings.meters().rowLate();
        }
        sums.add(row);
      }
      changed.forEach(store::put);
      unwritten.addAll(changed.keySet());
    }

    /**
     * Returns the window of a row. A row too late for its own window goes into the oldest kept one.
     */
    private WindowKey windowOf(CompletionUsage row) {
      long completedAt = row.getCompletedAt().toEpochMilli();
      long kept = kept(context.currentSystemTimeMs());
      long time = store().earliestOpen(Math.max(0, Math.max(completedAt, kept)));
      long length = settings.windows().length().toMillis();
      long start = time - time % length;
      return new WindowKey(start, start + length, dimensions.group(row));
    }

    /** Returns the time until which windows are final: those that ended at this time or before. */
    private long kept(long now) {
      return clock.millis(now, nanos.getAsLong()) - settings.windows().grace().toMillis();
    }

    private void punctuate(long now) {
      seen();
      if (!stalls.mayEmit(seenAt)) {
        return; // nor may it change the store: another instance may own the changelog
      }
      forwardEncoded();
      encodeEnded(now);
      store().expire(kept(now));
    }

    private void seen() {
      long now = nanos.getAsLong();
      stalls.seen(now, lease.holds(seenAt, now));
      seenAt = now;
    }

    private void forwardEncoded() {
      WindowStore store = store();
      for (Encoded next = encoded.poll(); next != null; next = encoded.poll()) {
        WindowKey key = next.key();
        encoding.remove(key);
        WindowSums sums = store.get(key);
        if (sums == null) {
          throw new IllegalStateException("A window was deleted before it was written");
        }
        byte[] bytes = next.bytes();
        if (bytes == null) {
          settings.meters().windowLeftOut();
        } else {
          OutputValue value = new OutputValue(source.partition(), bytes);
          byte[] id = key.id(source).getBytes(StandardCharsets.UTF_8);
          context.forward(new Record<>(id, value, key.end()));
          settings.meters().windowEmitted();
        }
        sums.written(next.calls());
        store.put(key, sums);
        if (!sums.unwritten()) {
          unwritten.remove(key);
        }
      }
    }

    private void encodeEnded(long now) {
      WindowStore store = store();
      for (WindowKey key : unwritten) {
        if (key.end() + CLOSE_DELAY_MS > now || encoding.size() >= MOST_ENCODING) {
          return;
        }
        WindowSums sums = encoding.contains(key) ? null : store.get(key);
        if (sums != null) {
          encoding.add(key);
          long calls = sums.calls;
          codec.write(
              writer,
              sums.toRecord(key, source),
              () -> !closed,
              bytes -> encoded.add(new Encoded(key, calls, bytes)));
        }
      }
    }
  }

  /**
   * The wall clock that decides which windows are final. A step back counts at once. A step forward
   * counts after it has lasted for a while: a clock that is wrong for a moment must not make a
   * window final.
   */
  private static final class SettledClock {

    private static final long SETTLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long SLACK_MS = 1_000;

    /** Milliseconds by which the wall clock is ahead of the monotonic clock. */
    private long ahead;

    private boolean stepped;
    private long steppedAt;
    private long leastSince;

    SettledClock(long wall, long nanos) {
      ahead = wall - TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    long millis(long wall, long nanos) {
      long monotonic = TimeUnit.NANOSECONDS.toMillis(nanos);
      long now = wall - monotonic;
      if (now <= ahead + SLACK_MS) {
        ahead = now;
        stepped = false;
      } else if (!stepped) {
        stepped = true;
        steppedAt = nanos;
        leastSince = now;
      } else {
        leastSince = Math.min(leastSince, now);
        if (nanos - steppedAt >= SETTLE_NANOS) {
          ahead = leastSince;
          stepped = false;
        }
      }
      return monotonic + ahead;
    }
  }
}

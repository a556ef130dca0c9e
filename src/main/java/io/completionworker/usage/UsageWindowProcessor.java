// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import io.completionworker.async.dispatch.CodecStage;
import io.completionworker.async.dispatch.Lease;
import io.completionworker.async.dispatch.Lease.StallRule;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission;
import io.completionworker.completion.Emission.OutputValue;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.config.UsageWindowConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.usage.WindowSums.WindowKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
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
 * Adds the usage rows of one task up in its store, and writes a window when it has ended, and again
 * when rows came after that.
 *
 * <p>A window counts as written when its record is forwarded, in the same transaction; what is not
 * committed is written again. It is encoded elsewhere, since that may wait for the registry.
 *
 * <p>Threads: its stream thread only. {@code init()} runs again on the same object after a
 * suspension or a revival, so it starts from nothing but the store; {@code close()} runs after the
 * commit, so nothing can be written there.
 */
final class UsageWindowProcessor implements Processor<byte[], Emission, byte[], OutputValue> {

  /** Outcomes of a window's last moment may still be on their way. */
  private static final long CLOSE_DELAY_MS = 1_000;

  /** Windows of a task that are with the codec at once, at most. */
  private static final int MOST_ENCODING = 1_000;

  private final Settings settings;
  private final Dimensions dimensions;
  private final CodecStage codec;
  private final WindowWriter writer;
  private final Lease lease;
  private final LongSupplier nanos;
  private @Nullable Task task;

  /**
   * Settings.
   *
   * @param requests topic of the requests
   * @param beat time between two looks at the clock, shorter than the lease
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
  public void process(Record<byte[], Emission> record) {
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

  /** A window as it was encoded; without bytes when it never can be. */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  private record Encoded(WindowKey key, long calls, byte @Nullable [] bytes) {}

  /** All that belongs to one initialization. */
  private final class Task {

    private final ProcessorContext<byte[], OutputValue> context;
    private final TopicPartition source;
    private final SettledClock clock;
    private final StallRule stalls = new StallRule(nanos.getAsLong());
    private @Nullable WindowStore read;

    /** Windows with rows that no written revision has; of these, those that are with the codec. */
    private final Set<WindowKey> unwritten = new TreeSet<>();

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
     * The store, read when it is first used. Not in {@code init()}: when that fails, Kafka Streams
     * closes no processor of the task, and those before this one would keep what they hold.
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

    void add(Emission emission) {
      seen();
      if (settings.windows().length().isZero()) {
        return; // what is in the store is still written
      }
      WindowStore store = store();
      for (CompletionUsage row : emission.rows()) {
        WindowKey key = windowOf(row);
        WindowSums stored = store.get(key);
        WindowSums sums = stored == null ? new WindowSums() : stored;
        if (sums.revisions > 0) {
          settings.meters().rowLate();
        }
        sums.add(row);
        store.put(key, sums);
        unwritten.add(key);
      }
    }

    /** What comes too late for its own window goes into the oldest one that is kept. */
    private WindowKey windowOf(CompletionUsage row) {
      long completedAt = row.getCompletedAt().toEpochMilli();
      long kept = kept(context.currentSystemTimeMs());
      long time = store().earliestOpen(Math.max(0, Math.max(completedAt, kept)));
      long length = settings.windows().length().toMillis();
      long start = time - time % length;
      return new WindowKey(start, start + length, dimensions.group(row));
    }

    /** Windows that ended here or before are final. */
    private long kept(long now) {
      return clock.millis(now, nanos.getAsLong()) - settings.windows().grace().toMillis();
    }

    private void punctuate(long now) {
      seen();
      if (!stalls.mayEmit(seenAt)) {
        return; // nor may it mark or delete anything: the changelog may be another's by now
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
   * The wall clock by which windows are final. A step back counts at once. A step forward counts
   * once it has stood for a while: a clock that is wrong for a moment must not end any window.
   */
  private static final class SettledClock {

    private static final long SETTLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long SLACK_MS = 1_000;

    /** What the wall clock is ahead of the monotonic one. */
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

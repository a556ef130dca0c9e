// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the wall clock was set back, by comparing it with the monotonic clock.
 *
 * <p>Kafka Streams uses the wall clock to decide when to commit and to punctuate, and Kafka's
 * clients use it to decide when to send a heartbeat. After a step back of an hour, an action that
 * was due in a minute is due in an hour and a minute. Only threads and clients that are created
 * after the step go on. A step forward makes actions due too early, once, and needs no reaction.
 *
 * <p>Threads: a daemon thread of its own compares the clocks and calls the listener.
 */
final class ClockWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration EVERY = Duration.ofMillis(200);

  /** Shorter steps, such as those of a clock correction, are waited out. */
  private static final long SHORT_MILLIS = 1_000;

  private static final long UNSURE_NANOS = 100_000_000;

  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private final Consumer<Duration> whenSetBack;
  private final ScheduledExecutorService thread = DaemonThread.named("completion-clock");
  private long difference;

  /**
   * @param whenSetBack receives the length of the step; may block
   */
  ClockWatch(LongSupplier wallMillis, LongSupplier nanos, Consumer<Duration> whenSetBack) {
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.whenSetBack = whenSetBack;
    this.difference = difference(wallMillis.getAsLong(), nanos.getAsLong());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the task logs its own failures
  void start() {
    thread.scheduleWithFixedDelay(
        this::lookSafely, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void lookSafely() {
    try {
      look();
    } catch (RuntimeException e) {
      log.warn("Could not check the wall clock", e); // a timer drops a task that throws
    }
  }

  void look() {
    long before = nanos.getAsLong();
    long wall = wallMillis.getAsLong();
    long took = nanos.getAsLong() - before;
    if (took > UNSURE_NANOS) {
      return; // this thread was delayed between the two clocks
    }
    long now = difference(wall, before);
    long back = difference - now;
    difference = now;
    if (back > SHORT_MILLIS) {
      whenSetBack.accept(Duration.ofMillis(back));
    }
  }

  private static long difference(long wallMillis, long nanos) {
    return wallMillis - TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  /**
   * Replaces the stream threads after the wall clock was set back. The old threads commit when they
   * end. The new threads take over open calls and answers that are not committed yet, so no call is
   * made again.
   */
  record ThreadReplacement(KafkaStreams streams, StreamsClients clients, int threads)
      implements Consumer<Duration> {

    private static final Logger log = LoggerFactory.getLogger(ThreadReplacement.class);
    private static final Duration END_OF_ONE = Duration.ofSeconds(30);

    @Override
    public void accept(Duration setBack) {
      log.warn(
          "The wall clock was set back by {} s: the stream threads are replaced, since Kafka's clients"
              + " would wait for it; no call is made again",
          setBack.toSeconds());
      for (int i = 0; i < threads; i++) {
        streams.addStreamThread();
      }
      for (int i = 0; i < threads; i++) {
        clients.wakeUp();
        streams.removeStreamThread(END_OF_ONE); // removes the oldest thread
      }
    }
  }
}

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
 * Notices when the wall clock is set back, by comparing it with the monotonic clock.
 *
 * <p>Kafka Streams tells by the wall clock when to commit and to punctuate, and Kafka's clients
 * when to send a heartbeat: what was due in a minute is due in an hour and a minute after a step of
 * an hour. Only threads and clients that are made after the step go on. A step forward makes things
 * due too early, once, and needs nothing.
 *
 * <p>Threads: a daemon of its own looks and tells.
 */
final class ClockWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClockWatch.class);
  private static final Duration EVERY = Duration.ofMillis(200);

  /** Shorter steps are waited out, as they are made when a clock is corrected. */
  private static final long SHORT_MILLIS = 1_000;

  private static final long UNSURE_NANOS = 100_000_000;

  private final LongSupplier wallMillis;
  private final LongSupplier nanos;
  private final Consumer<Duration> whenSetBack;
  private final ScheduledExecutorService thread = DaemonThread.named("completion-clock");
  private long difference;

  /**
   * @param whenSetBack hears by how much; may take its time
   */
  ClockWatch(LongSupplier wallMillis, LongSupplier nanos, Consumer<Duration> whenSetBack) {
    this.wallMillis = wallMillis;
    this.nanos = nanos;
    this.whenSetBack = whenSetBack;
    this.difference = difference(wallMillis.getAsLong(), nanos.getAsLong());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it tells by itself
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
      log.warn("Could not look after the wall clock", e); // a timer forgets what has thrown
    }
  }

  void look() {
    long before = nanos.getAsLong();
    long wall = wallMillis.getAsLong();
    long took = nanos.getAsLong() - before;
    if (took > UNSURE_NANOS) {
      return; // this thread was held up between the two clocks
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
   * Replaces the stream threads after the wall clock was set back. The old ones commit when they
   * end; open calls and answers that were not committed go over to the new ones, so nothing is
   * called again.
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
        streams.removeStreamThread(END_OF_ONE); // the oldest one
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides how the worker reacts to the death of a stream thread. If the cause may pass, a new
 * thread replaces the dead one. If the cause is permanent, or threads keep dying, the process ends.
 * It also ends with the thread that reads the controls, which Kafka Streams cannot replace. Safe on
 * every thread.
 */
final class ThreadDeaths implements StreamsUncaughtExceptionHandler {

  private static final Logger log = LoggerFactory.getLogger(ThreadDeaths.class);
  private static final int DEATHS_OF_A_THREAD = 10;

  /** The end of the name that Kafka Streams gives to the thread of its global stores. */
  private static final String GLOBAL_THREAD = "-GlobalStreamThread";

  /**
   * The period in which deaths are counted. It is long, since with the classic protocol a dead
   * thread is only replaced after its session has expired.
   */
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private final LongSupplier nanos;
  private final Termination ending;
  private final int tooMany;
  private final Function<Throwable, Optional<String>> known;
  private final Deque<Long> deaths = new ArrayDeque<>();

  /**
   * @param nanos monotonic time in nanoseconds: the wall clock may be set back
   * @param threads number of stream threads of this instance
   * @param known returns in one line why a thread died, if that is obvious
   */
  ThreadDeaths(
      LongSupplier nanos,
      Termination ending,
      int threads,
      Function<Throwable, Optional<String>> known) {
    this.known = known;
    this.nanos = nanos;
    this.ending = ending;
    this.tooMany = DEATHS_OF_A_THREAD * threads;
  }

  @Override
  public synchronized StreamThreadExceptionResponse handle(Throwable death) {
    Optional<String> line = known.apply(death);
    if (line.isPresent()) {
      ending.fail(line.get());
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    if (isFinal(death) || ofGlobalThread() || tooMany()) {
      ending.fail(death);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }
    log.warn("A stream thread died and is replaced; nothing is lost by it", death);
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  private static boolean ofGlobalThread() {
    return Thread.currentThread().getName().endsWith(GLOBAL_THREAD);
  }

  private boolean tooMany() {
    long now = nanos.getAsLong();
    deaths.addLast(now);
    while (now - deaths.peekFirst() > WITHIN.toNanos()) {
      deaths.removeFirst();
    }
    return deaths.size() > tooMany;
  }

  private static boolean isFinal(Throwable death) {
    @Nullable Throwable link = death;
    for (int depth = 0; link != null && depth < 32; depth++) {
      if (link instanceof AuthenticationException
          || link instanceof AuthorizationException
          || link instanceof InvalidTopicException
          || link instanceof RecordTooLargeException
          || link instanceof UnsupportedVersionException) {
        return true;
      }
      link = link.getCause();
    }
    return false;
  }

  /** The end of a worker and its cause. The first cause counts. Safe on every thread. */
  static final class Termination {

    private static final Logger log = LoggerFactory.getLogger(Termination.class);

    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Throwable cause;

    /** Ends the worker because of an error. */
    synchronized void fail(Throwable why) {
      if (cause == null && ended.getCount() > 0) {
        cause = why;
        log.error("The worker cannot go on", why);
      }
      ended.countDown();
    }

    /** Ends the worker for a reason that one line explains. */
    synchronized void fail(String why) {
      if (cause == null && ended.getCount() > 0) {
        cause = new IllegalStateException(why);
        log.error("The worker cannot go on: {}", why);
      }
      ended.countDown();
    }

    /** Ends the worker without an error, since a stop was requested. */
    void done() {
      ended.countDown();
    }

    /** Waits for the end and returns its cause; empty if the end was requested. */
    Optional<Throwable> await() throws InterruptedException {
      ended.await();
      synchronized (this) {
        return Optional.ofNullable(cause);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one line each time the brokers are lost or answer again, and each time the worker becomes
 * ready or is no longer ready. A change counts when two checks have seen it, so that a short
 * rebalance is not logged.
 *
 * <p>Threads: a daemon thread of its own checks every second.
 */
final class ReadinessLog implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReadinessLog.class);
  private static final int LOOKS = 2;

  private final Supplier<List<String>> hindrances;
  private final Supplier<Optional<String>> brokers;
  private final Supplier<String> backlog;
  private final LongSupplier nanos;
  private final long started;
  private final Condition contact = new Condition(true);
  private final Condition ready = new Condition(false);
  private boolean wasReady;
  private final ScheduledExecutorService thread = DaemonThread.named("completion-readiness");

  /**
   * Creates a log that checks nothing before it is started.
   *
   * @param hindrances why the worker is not ready; empty if it is
   * @param brokers why nothing can be read or committed; empty while brokers answer
   * @param backlog the number of pending requests, in words
   */
  ReadinessLog(
      Supplier<List<String>> hindrances,
      Supplier<Optional<String>> brokers,
      Supplier<String> backlog,
      LongSupplier nanos) {
    this.hindrances = hindrances;
    this.brokers = brokers;
    this.backlog = backlog;
    this.nanos = nanos;
    this.started = nanos.getAsLong();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the task logs its own failures
  void start() {
    thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Runs one check. Catches exceptions, since one would end all further checks. */
  void look() {
    try {
      lookAtBrokers();
      lookAtReadiness();
    } catch (RuntimeException e) {
      log.debug("Could not look at the readiness of the worker", e);
    }
  }

  private void lookAtBrokers() {
    Optional<String> lost = brokers.get();
    Optional<Duration> before = contact.now(lost.isEmpty(), nanos.getAsLong());
    if (before.isPresent() && lost.isPresent()) {
      log.warn("Brokers lost: {}; {}", lost.get(), backlog.get());
    } else if (before.isPresent()) {
      log.info("Brokers answer again after {} s; {}", before.get().toSeconds(), backlog.get());
    }
  }

  private void lookAtReadiness() {
    List<String> reasons = hindrances.get();
    long now = nanos.getAsLong();
    Optional<Duration> before = ready.now(reasons.isEmpty(), now);
    if (before.isEmpty()) {
      return;
    }
    if (!reasons.isEmpty()) {
      log.warn("Not ready: {}; {}", String.join("; ", reasons), backlog.get());
    } else if (wasReady) {
      log.info("Ready again after {} s; {}", before.get().toSeconds(), backlog.get());
    } else {
      wasReady = true;
      log.info("Ready {} s after its start", Duration.ofNanos(now - started).toSeconds());
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** A condition that holds or does not hold, and since when. */
  private static final class Condition {

    private boolean holds;
    private int looks;
    private long since;
    private long changing;

    Condition(boolean holds) {
      this.holds = holds;
    }

    /** Returns how long the opposite was true if this check confirms a change; otherwise empty. */
    Optional<Duration> now(boolean seen, long now) {
      if (seen == holds) {
        looks = 0;
        return Optional.empty();
      }
      if (looks == 0) {
        changing = now;
      }
      looks++;
      if (looks < LOOKS) {
        return Optional.empty();
      }
      Duration before = Duration.ofNanos(changing - since);
      holds = seen;
      looks = 0;
      since = changing;
      return Optional.of(before);
    }
  }
}

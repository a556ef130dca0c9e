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
 * One line of the log each time that the brokers are lost or back, and that the worker is ready or
 * not. A change counts when it has lasted for two looks: a short rebalance is no news.
 *
 * <p>Threads: a daemon of its own looks every second.
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
   * Looks at these once it is started.
   *
   * @param hindrances what keeps the worker from working
   * @param brokers why nothing can be read or committed
   * @param backlog what is waiting, in words
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

  @SuppressWarnings("FutureReturnValueIgnored") // it fails by no exception that could be handled
  void start() {
    thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** An exception would end all further looks. */
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

  /** Something that is so or not, and since when. */
  private static final class Condition {

    private boolean holds;
    private int looks;
    private long since;
    private long changing;

    Condition(boolean holds) {
      this.holds = holds;
    }

    /** How long the opposite was so, when this look makes the change certain. */
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.cli.topics.WorkerGroup.WorkerReadiness;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains why a command that waits for outcomes gets none: no worker runs, a worker is not ready
 * or its requests wait for a cool-down. Otherwise it tells for how long nothing has come, and the
 * state of the group. Looks every few seconds, from the first question on.
 *
 * <p>A daemon thread of its own looks, so that the command never waits for it; the other methods
 * are for the thread of the command.
 */
public final class GroupWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GroupWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A call may well take half a minute. */
  private static final Duration STALL = Duration.ofSeconds(30);

  /** While outcomes come, a worker that reports not to be ready is not worth a message. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final WorkerSettings settings;
  private final LongSupplier nanos;
  private final Thread thread = new Thread(this::watch, "completion-group");
  private volatile Seen seen = new Seen(Optional.empty(), OptionalLong.empty(), Optional.empty());
  private boolean started;
  private long settled = -1;
  private long movedAt;

  /**
   * What one look has found.
   *
   * @param perSecond records that the group has taken in a second since the look before
   * @param hindrance why a worker is not ready, or why its requests wait
   */
  record Seen(
      Optional<WorkerGroup.State> group, OptionalLong perSecond, Optional<String> hindrance) {}

  /** Watches the group of these settings. */
  public GroupWatch(WorkerSettings settings) {
    this(settings, System::nanoTime);
  }

  GroupWatch(WorkerSettings settings, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    thread.setDaemon(true);
  }

  /**
   * Why there is nothing new; empty while there is no reason to say anything.
   *
   * @param count outcomes so far, while more are awaited
   */
  public String hindrance(long count) {
    if (!started) {
      started = true;
      thread.start();
    }
    long now = nanos.getAsLong();
    if (count != settled) {
      settled = count;
      movedAt = now;
    }
    return words(seen, Duration.ofNanos(now - movedAt));
  }

  static String words(Seen seen, Duration quiet) {
    if (seen.group().isPresent() && seen.group().get().members() == 0) {
      return "waiting: no worker is in group " + seen.group().get().group();
    }
    if (seen.hindrance().isPresent() && quiet.compareTo(QUIET) > 0) {
      return "waiting: " + seen.hindrance().get();
    }
    return seen.group().isPresent() && quiet.compareTo(STALL) > 0
        ? "waiting: no outcome for "
            + quiet.toSeconds()
            + " s, "
            + seen.group().get().words(seen.perSecond())
        : "";
  }

  private void watch() {
    try (BrokerTopics brokers = BrokerTopics.connect(settings.kafka(), PATIENCE)) {
      WorkerGroup group = new WorkerGroup(settings, brokers);
      WorkerReadiness readiness = new WorkerReadiness(settings.management());
      WorkerGroup.@Nullable State before = null;
      long looked = 0;
      while (true) {
        Optional<WorkerGroup.State> state = group.look();
        long now = System.nanoTime();
        OptionalLong perSecond =
            before == null || state.isEmpty()
                ? OptionalLong.empty()
                : state.get().perSecond(before, Duration.ofNanos(now - looked));
        seen =
            new Seen(state, perSecond, readiness.hindrance().map(WorkerReadiness.Hindrance::text));
        before = state.orElse(null);
        looked = now;
        Thread.sleep(EVERY.toMillis());
      }
    } catch (InterruptedException e) {
      log.debug("Closed");
    } catch (TopicsException e) {
      log.debug("The group cannot be watched", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.cli.topics.WorkerGroup.WorkerReadiness;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Explains why a command that waits for outcomes gets none: no worker runs, a worker is not ready,
 * or its requests wait, for example for a cool-down. Otherwise it reports how long no outcome has
 * come, and the state of the group. It polls every few seconds, from the first call of {@link
 * #notReadyReason} on.
 *
 * <p>The polls run on a daemon thread of its own, so that the command never waits for them. The
 * other methods are for the thread of the command.
 */
public final class GroupWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(GroupWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Time without an outcome that is worth a message. A single call may take half a minute. */
  private static final Duration STALL = Duration.ofSeconds(30);

  /**
   * Time without an outcome after which a reason for waiting is worth a message. While outcomes
   * come, a worker that is not ready needs none.
   */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final List<WorkerSettings> classes;
  private final LongSupplier nanos;
  private final Thread thread = new Thread(this::watch, "completion-group");
  private volatile Seen seen = new Seen(Optional.empty(), OptionalLong.empty(), Optional.empty());
  private boolean started;
  private long settled = -1;
  private long movedAt;

  /**
   * The result of one poll.
   *
   * @param group state of the group; empty when it could not be read
   * @param perSecond records that the group has read per second since the poll before
   * @param notReadyReason why a worker is not ready, or why its requests wait
   */
  record Seen(
      Optional<WorkerGroup.State> group, OptionalLong perSecond, Optional<String> notReadyReason) {}

  /**
   * Creates a watch for the groups of these classes of requests. Of several it reports the one with
   * the largest lag.
   *
   * @param classes settings of each class, at least one
   */
  public GroupWatch(List<WorkerSettings> classes) {
    this(classes, System::nanoTime);
  }

  GroupWatch(List<WorkerSettings> classes, LongSupplier nanos) {
    this.classes = List.copyOf(classes);
    this.nanos = nanos;
    thread.setDaemon(true);
  }

  /**
   * Returns why there is no new outcome; empty when there is no reason for a message.
   *
   * @param count outcomes so far, while more are awaited
   */
  public String notReadyReason(long count) {
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
    if (seen.notReadyReason().isPresent() && quiet.compareTo(QUIET) > 0) {
      return "waiting: " + seen.notReadyReason().get();
    }
    return seen.group().isPresent() && quiet.compareTo(STALL) > 0
        ? "waiting: no outcome for "
            + quiet.toSeconds()
            + " s, "
            + seen.group().get().words(seen.perSecond())
        : "";
  }

  private void watch() {
    WorkerSettings settings = classes.get(0); // the brokers and the endpoint are the same for all
    try (BrokerTopics brokers = BrokerTopics.connect(settings.kafka(), PATIENCE)) {
      List<WorkerGroup> groups =
          classes.stream().map(each -> new WorkerGroup(each, brokers)).toList();
      WorkerReadiness readiness = new WorkerReadiness(settings.management());
      WorkerGroup.@Nullable State before = null;
      long looked = 0;
      while (true) {
        Optional<WorkerGroup.State> state = furthestBehind(groups);
        long now = System.nanoTime();
        OptionalLong perSecond =
            before == null || state.isEmpty()
                ? OptionalLong.empty()
                : state.get().perSecond(before, Duration.ofNanos(now - looked));
        seen =
            new Seen(
                state, perSecond, readiness.notReadyReason().map(WorkerReadiness.Hindrance::text));
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

  private static Optional<WorkerGroup.State> furthestBehind(List<WorkerGroup> groups)
      throws InterruptedException {
    List<WorkerGroup.State> states = new ArrayList<>();
    for (WorkerGroup group : groups) {
      group.look().ifPresent(states::add);
    }
    return states.stream().max(Comparator.comparingLong(state -> state.lag().orElse(0)));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}

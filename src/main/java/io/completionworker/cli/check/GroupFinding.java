// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.check;

import io.completionworker.cli.group.WorkerGroup;
import io.completionworker.cli.group.WorkerReadiness;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Whether anybody works, how fast, and why not. */
final class GroupFinding {

  private static final String ABOUT = "group";
  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private GroupFinding() {}

  /** Looks at the members of the group; twice, for the rate, when something is before it. */
  static Finding of(WorkerGroup group, WorkerReadiness readiness) throws InterruptedException {
    Optional<WorkerGroup.State> first = group.look();
    if (first.isEmpty()) {
      String grant = "; the principal needs DESCRIBE on the group";
      return Finding.warn(ABOUT, "its members may not be seen" + grant);
    }
    WorkerGroup.State state = first.get();
    if (state.members() == 0) {
      boolean waits = state.lag().orElse(0) > 0;
      String requests =
          waits ? "up to " + state.lag().getAsLong() + " requests wait" : "requests wait";
      return Finding.warn(
          ABOUT, "no worker is in group " + state.group() + "; " + requests + " until one runs");
    }
    Optional<WorkerReadiness.Hindrance> hindrance = readiness.hindrance();
    if (hindrance.isPresent()) {
      String text = state.words(OptionalLong.empty()) + "; " + hindrance.get().text();
      return hindrance.get().ready() ? Finding.ok(ABOUT, text) : Finding.warn(ABOUT, text);
    }
    if (state.lag().orElse(0) == 0) {
      return Finding.ok(ABOUT, state.words(OptionalLong.empty()));
    }
    long looked = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
    WorkerGroup.State second = group.look().orElse(state);
    Duration since = Duration.ofNanos(System.nanoTime() - looked);
    return Finding.ok(ABOUT, second.words(second.perSecond(state, since)));
  }
}

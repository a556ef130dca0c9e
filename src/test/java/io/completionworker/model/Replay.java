// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.RequestPath.Next;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows what a real worker was seen to do: each step must be possible in a state of the model
 * that the steps before it can have led to. What cannot be seen from outside may happen in between:
 * that an outcome is encoded, and that one is dropped.
 */
public final class Replay {

  private final Setting setting;
  private final RequestPath path;
  private final List<Step> steps = new ArrayList<>();
  private Set<State> now;

  /** Begins where the model does. */
  public Replay(Setting setting) {
    this.setting = setting;
    this.path = new RequestPath(setting);
    this.now = Set.of(path.initial());
  }

  /** This was seen to happen: whether it can have. */
  public boolean accepts(Step step) {
    steps.add(step);
    Set<State> after = new HashSet<>();
    for (State state : withHidden(now)) {
      for (Next next : path.from(state)) {
        if (next.step().equals(step) && next.broken() == null && !isHidden(state, next)) {
          after.add(next.state());
        }
      }
    }
    now = after;
    return !now.isEmpty();
  }

  /** Whether all requests can have their outcome by now. */
  public boolean canHaveEnded() {
    return now.stream().anyMatch(state -> state.ledger().ended() == setting.all());
  }

  @Override
  public String toString() {
    return steps.stream().map(step -> "\n  " + step).collect(Collectors.joining());
  }

  private Set<State> withHidden(Set<State> seen) {
    Set<State> all = new HashSet<>(seen);
    Deque<State> queue = new ArrayDeque<>(seen);
    while (!queue.isEmpty()) {
      State state = queue.remove();
      for (Next next : path.from(state)) {
        if (isHidden(state, next) && all.add(next.state())) {
          queue.add(next.state());
        }
      }
    }
    return all;
  }

  private static boolean isHidden(State before, Next next) {
    Step step = next.step();
    return step.kind() == Step.Kind.OFFER
        || (step.kind() == Step.Kind.FORWARD
            && next.state()
                .threads()
                .get(step.who())
                .transaction()
                .equals(before.threads().get(step.who()).transaction()));
  }
}

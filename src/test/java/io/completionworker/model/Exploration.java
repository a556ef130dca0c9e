// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.RequestPath.Next;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A walk through every state that can be reached, nearest first, so that the way to the first
 * broken invariant is a shortest one.
 */
final class Exploration {

  private final RequestPath path;
  private final int all;
  private final StateTable states;
  private final List<Origin> origins = new ArrayList<>();
  private final Edges undisturbed = new Edges();

  /** How a state was reached first. */
  private record Origin(int before, @Nullable Step step) {}

  /** An invariant that does not hold, and the steps that lead there. */
  record Violation(Invariant invariant, List<Step> steps) {

    @Override
    public String toString() {
      return steps.stream()
          .map(step -> "\n  " + step)
          .collect(Collectors.joining("", invariant + " is broken when", ""));
    }
  }

  Exploration(Setting setting) {
    path = new RequestPath(setting);
    all = setting.all();
    states = new StateTable(setting);
  }

  int size() {
    return states.size();
  }

  /** Walks; ends at the first violation. */
  Optional<Violation> run() {
    states.number(path.initial());
    origins.add(new Origin(-1, null));
    for (int number = 0; number < states.size(); number++) {
      for (Next next : path.from(states.get(number))) {
        if (next.broken() != null) {
          return Optional.of(violation(next.broken(), number, next.step()));
        }
        int before = states.size();
        int after = states.number(next.state());
        if (after == before) {
          origins.add(new Origin(number, next.step()));
          Optional<Invariant> broken = Invariant.brokenBy(next.state().ledger());
          if (broken.isPresent()) {
            return Optional.of(violation(broken.get(), number, next.step()));
          }
        }
        if (!next.step().kind().disturbs()) {
          undisturbed.add(number, after);
        }
      }
    }
    return deadEnd();
  }

  private Violation violation(Invariant broken, int before, Step last) {
    return new Violation(broken, steps(new Origin(before, last)));
  }

  /** A state from which not all requests get their outcome any more. */
  private Optional<Violation> deadEnd() {
    boolean[] ends = new boolean[states.size()];
    Deque<Integer> queue = new ArrayDeque<>();
    for (int number = 0; number < states.size(); number++) {
      if (states.get(number).ledger().ended() == all) {
        ends[number] = true;
        queue.add(number);
      }
    }
    while (!queue.isEmpty()) {
      undisturbed.forEachBefore(
          queue.remove(),
          before -> {
            if (!ends[before]) {
              ends[before] = true;
              queue.add(before);
            }
          });
    }
    for (int number = 0; number < ends.length; number++) {
      if (!ends[number]) {
        return Optional.of(new Violation(Invariant.NO_DEAD_END, steps(origins.get(number))));
      }
    }
    return Optional.empty();
  }

  private List<Step> steps(Origin last) {
    List<Step> steps = new ArrayList<>();
    for (Origin at = last; at.step() != null; at = origins.get(at.before())) {
      steps.add(at.step());
    }
    Collections.reverse(steps);
    return steps;
  }

  /** Which state leads to which. */
  private static final class Edges {

    private long[] edges = new long[1_024];
    private int size;
    private boolean sorted;

    void add(int before, int after) {
      if (size == edges.length) {
        edges = Arrays.copyOf(edges, 2 * size);
      }
      edges[size++] = ((long) after << Integer.SIZE) | before;
    }

    void forEachBefore(int after, IntConsumer action) {
      if (!sorted) {
        Arrays.sort(edges, 0, size);
        sorted = true;
      }
      int at = Arrays.binarySearch(edges, 0, size, (long) after << Integer.SIZE);
      for (int i = at < 0 ? -at - 1 : at; i < size && edges[i] >>> Integer.SIZE == after; i++) {
        action.accept((int) edges[i]);
      }
    }
  }
}

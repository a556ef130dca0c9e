// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.dispatch.LoopView;
import io.completionworker.async.dispatch.Waiting;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.resilience.health.CredentialHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What the credentials of a worker wait for, with how many requests wait: those first that most
 * wait for. Safe on every thread but the dispatcher's.
 */
final class Waits {

  /** More of them nobody reads. */
  static final int MOST = 20;

  private static final Comparator<Wait> MOST_WAITING =
      Comparator.<Wait>comparingInt(wait -> -wait.waiting()).thenComparing(Wait::since);

  private final CredentialHealth health;
  private final LoopView<Waiting> view;

  Waits(Stages stages) {
    this.health = stages.health();
    this.view = new LoopView<>(stages.loop(), stages.dispatcher()::waiting, Waiting.NONE);
  }

  /** Those that most requests wait for. */
  List<Wait> now() {
    return counted().stream().limit(MOST).toList();
  }

  /** What keeps the worker from working; a cool-down does not: it is how an account is used up. */
  List<String> hindrances() {
    List<Wait> waits = counted().stream().filter(wait -> wait.kind() != Kind.COOL_DOWN).toList();
    List<String> lines = new ArrayList<>(waits.stream().limit(MOST).map(Wait::line).toList());
    if (waits.size() > MOST) {
      lines.add("%d more credentials are on hold or failed".formatted(waits.size() - MOST));
    }
    return lines;
  }

  private List<Wait> counted() {
    List<Wait> waits = health.waits();
    if (waits.isEmpty()) {
      return waits; // the loop need not be asked
    }
    Map<String, Integer> counts = view.now().byScope();
    return waits.stream()
        .map(wait -> wait.waiting(counts.getOrDefault(wait.who().scope(), 0)))
        .sorted(MOST_WAITING)
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.dispatch.Waiting;
import io.completionworker.async.loop.LoopView;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.Control;
import io.completionworker.control.ControlsView;
import io.completionworker.control.budget.BudgetState;
import io.completionworker.management.page.ControlReport;
import io.completionworker.resilience.health.CredentialHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the requests of a worker wait for, with their number: waits of credentials, those with the
 * most requests first, and controls. Safe on every thread except the dispatcher's.
 */
final class Waits {

  /** The longest list of waits: a longer one would not be read. */
  static final int MOST = 20;

  private static final String NO_BUDGETS =
      "no budget is configured, and " + BudgetConfig.LIVE_CONFIG + " is not true";

  private static final Comparator<Wait> MOST_WAITING =
      Comparator.<Wait>comparingInt(wait -> -wait.waiting()).thenComparing(Wait::since);

  private final CredentialHealth health;
  private final Stages stages;
  private final LoopView<Waiting> view;
  private final LoopView<List<BudgetState>> budgets;

  Waits(Stages stages) {
    this.stages = stages;
    this.health = stages.health();
    this.view = new LoopView<>(stages.loop(), stages.dispatcher()::waiting, Waiting.NONE);
    this.budgets = new LoopView<>(stages.loop(), stages.spending().budgets()::states, List.of());
  }

  /** Returns the waits with the most waiting requests. */
  List<Wait> now() {
    return counted().stream().limit(MOST).toList();
  }

  /**
   * Returns why the worker is not ready. Cool-downs are left out: they are normal when an account
   * is used up to its limits.
   */
  List<String> notReadyReasons() {
    List<Wait> waits = counted().stream().filter(wait -> wait.kind() != Kind.COOL_DOWN).toList();
    List<String> lines = new ArrayList<>(waits.stream().limit(MOST).map(Wait::line).toList());
    if (waits.size() > MOST) {
      lines.add("%d more credentials are on hold or failed".formatted(waits.size() - MOST));
    }
    return lines;
  }

  /** Returns the controls, with the number of requests that each pause keeps waiting. */
  ControlReport controls() {
    ControlsView controls = stages.dispatcher().controls();
    boolean pausing = controls.active().stream().anyMatch(Control.Pause.class::isInstance);
    boolean budgeting = stages.spending().budgets().on();
    Map<String, Integer> paused = new HashMap<>();
    if (pausing || budgeting) {
      paused.putAll(view.now().byBudget());
      paused.putAll(view.now().byPause());
    }
    Map<String, String> withoutEffect = new HashMap<>(stages.limits().withoutEffect());
    if (!budgeting) {
      controls.active().stream()
          .filter(Control.Allowance.class::isInstance)
          .forEach(one -> withoutEffect.put(one.origin().id(), NO_BUDGETS));
    }
    return ControlReport.of(controls, paused, withoutEffect, budgeting ? budgets.now() : List.of());
  }

  private List<Wait> counted() {
    List<Wait> waits = health.waits();
    if (waits.isEmpty()) {
      return waits; // no need to ask the dispatcher's loop
    }
    Map<String, Integer> counts = view.now().byScope();
    return waits.stream()
        .map(wait -> wait.waiting(counts.getOrDefault(wait.who().scope(), 0)))
        .sorted(MOST_WAITING)
        .toList();
  }
}

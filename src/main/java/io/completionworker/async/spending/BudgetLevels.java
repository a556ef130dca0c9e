// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.spending;

import io.completionworker.async.flight.Flight;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.loop.WakeUp;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Charge;
import io.completionworker.completion.Emission;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.control.budget.Budgets;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Publishes what is reserved of budgets for open calls, so that other instances leave it alone.
 * Dispatcher's loop only.
 */
final class BudgetLevels {

  /** Time between two looks, which is a part of the time until others know. */
  private static final long LOOK_NANOS = Duration.ofMillis(100).toNanos();

  /** Time after which a level is repeated, so that it is told from one of a process that died. */
  private static final long REPEAT_NANOS = Duration.ofSeconds(15).toNanos();

  private final Loop loop;
  private final Budgets budgets;
  private final WakeUp look;

  /** The newest task of each source that has called something. */
  private final Map<String, Task> tasks = new HashMap<>();

  private record Task(TaskOutbox outbox, RecordPosition position) {}

  private final Map<String, Published> published = new HashMap<>();

  private record Published(TaskOutbox outbox, Set<Charge> levels, long atNanos) {}

  BudgetLevels(Loop loop, Budgets budgets) {
    this.loop = loop;
    this.budgets = budgets;
    this.look = new WakeUp(loop, this::look);
  }

  /** Hears that a flight may be called next. */
  void mayChange(Flight flight) {
    RecordPosition at = flight.position();
    tasks.put(at.source(), new Task(flight.owner(), at));
    look.in(LOOK_NANOS);
  }

  private void look() {
    Map<String, List<Charge>> now = budgets.levels();
    Set<String> sources = new HashSet<>(published.keySet());
    sources.addAll(now.keySet());
    sources.forEach(source -> publish(source, new HashSet<>(now.getOrDefault(source, List.of()))));
    tasks.values().removeIf(task -> task.outbox().closed());
    if (!published.isEmpty() || !now.isEmpty()) {
      look.in(LOOK_NANOS);
    }
  }

  private void publish(String source, Set<Charge> levels) {
    Task task = tasks.get(source);
    Published before = published.get(source);
    if (task == null || task.outbox().closed()) {
      published.remove(source); // the next owner of the partition says what is reserved
      return;
    }
    boolean changed =
        before == null
            || before.outbox() != task.outbox()
            || !before.levels().equals(levels)
            || (!levels.isEmpty() && loop.nanos() - before.atNanos() > REPEAT_NANOS);
    if (!changed) {
      return;
    }
    List<Charge> told = new ArrayList<>(levels);
    if (before != null) {
      before.levels().stream()
          .filter(level -> levels.stream().noneMatch(now -> isSame(now, level)))
          .forEach(level -> told.add(nothing(level)));
    }
    if (levels.isEmpty()) {
      published.remove(source);
    } else {
      published.put(source, new Published(task.outbox(), levels, loop.nanos()));
    }
    if (!told.isEmpty()) {
      SourceRecord nobody =
          new SourceRecord(task.position(), null, null, List.of(), loop.millis(), 0, 0);
      task.outbox().offer(Emission.empty(nobody, loop.millis(), new Emission.Role.Levels(told)));
    }
  }

  private static boolean isSame(Charge one, Charge other) {
    return one.budget().equals(other.budget()) && one.period().equals(other.period());
  }

  private static Charge nothing(Charge level) {
    return new Charge(level.budget(), level.period(), level.endMillis(), BigDecimal.ZERO);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.usage;

import static io.completionworker.usage.Rows.row;
import static io.completionworker.usage.SumUsage.GRACE;
import static io.completionworker.usage.SumUsage.LENGTH;
import static io.completionworker.usage.SumUsage.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.UsageWindow;
import io.completionworker.usage.WindowSums.WindowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever clocks do, and whoever takes over, each row is counted once and where it belongs. */
class WindowClocksPropertyTest {

  private static final long LENGTH_MS = LENGTH.toMillis();

  /** What happens to a task. */
  sealed interface Event {

    /** So many seconds pass. */
    record Pass(int seconds) implements Event {}

    /** The clock is set, and stays so. */
    record Set(Duration by) implements Event {}

    /** The clock is wrong for as many beats. */
    record Spike(Duration by, int beats) implements Event {}

    /** Another instance takes over, whose clock differs. */
    record TakeOver(Duration ahead) implements Event {}

    /** An attempt of this group has ended so many seconds ago. */
    record Row(String group, int age) implements Event {}

    /** The registry goes down, or comes back. */
    record Registry(boolean down) implements Event {}
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void shouldCountEachRowOnceAndInTheEarliestWindowThatIsOpen(
      @ForAll("histories") List<Event> history) {
    SumUsage step = new SumUsage("model");
    Deletions deletions = new Deletions(step);
    int rows = 0;
    for (Event event : history) {
      if (event instanceof Event.Row row) {
        long completedAt = step.now() - row.age() * 1_000L;
        long expected = deletions.earliestOpen(completedAt);
        Map<WindowKey, Long> before = step.calls();
        step.addAt(completedAt, row(row.group()));
        assertThat(changed(before, step.calls()).start()).as("%s", event).isEqualTo(expected);
        rows++;
      } else {
        happen(step, event);
      }
      deletions.look();
    }

    assertThat(lastRevisions(step).values().stream().mapToLong(UsageWindow::getCalls).sum())
        .isEqualTo(rows);
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Duration> steps =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-90, 90).map(Duration::ofSeconds),
            Arbitraries.longs().between(-2_000, 2_000).map(Duration::ofMinutes));
    Arbitrary<Event> rows =
        Arbitraries.of("a", "b")
            .flatMap(
                group ->
                    Arbitraries.integers()
                        .between(0, (int) GRACE.toSeconds() / 2)
                        .map(age -> new Event.Row(group, age)));
    Arbitrary<Event> spikes =
        steps.flatMap(
            by -> Arbitraries.integers().between(1, 50).map(beats -> new Event.Spike(by, beats)));
    return Arbitraries.<Event>frequencyOf(
            Tuple.of(8, rows),
            Tuple.of(4, Arbitraries.integers().between(1, 900).map(Event.Pass::new)),
            Tuple.of(2, steps.map(Event.Set::new)),
            Tuple.of(2, spikes),
            Tuple.of(2, steps.map(Event.TakeOver::new)),
            Tuple.of(1, Arbitraries.of(true, false).map(Event.Registry::new)))
        .list()
        .ofMinSize(4)
        .ofMaxSize(28);
  }

  private static void happen(SumUsage step, Event event) {
    if (event instanceof Event.Pass pass) {
      step.pass(Duration.ofSeconds(pass.seconds()));
    } else if (event instanceof Event.Set set) {
      step.jump(set.by());
    } else if (event instanceof Event.Spike spike) {
      step.jump(spike.by());
      step.pass(Duration.ofSeconds(spike.beats()));
      step.jump(spike.by().negated());
    } else if (event instanceof Event.TakeOver takeOver) {
      step.jump(takeOver.ahead());
      step.restart();
    } else if (event instanceof Event.Registry registry) {
      step.registryDown = registry.down();
    }
  }

  /** Which times have windows that were deleted, as an outsider sees it. */
  private static final class Deletions {

    private final SumUsage step;
    private Map<WindowKey, Long> present = Map.of();
    private final List<WindowKey> deleted = new ArrayList<>();

    Deletions(SumUsage step) {
      this.step = step;
    }

    void look() {
      Map<WindowKey, Long> now = step.calls();
      present.keySet().stream().filter(key -> !now.containsKey(key)).forEach(deleted::add);
      present = now;
    }

    /** Start of the window for what ended then. */
    long earliestOpen(long completedAt) {
      long start = completedAt - completedAt % LENGTH_MS;
      while (isDeleted(start)) {
        start += LENGTH_MS;
      }
      return start;
    }

    private boolean isDeleted(long start) {
      return deleted.stream().anyMatch(window -> window.start() == start);
    }
  }

  /** The last revision of each window, once all are written; each revision is the next one. */
  private static Map<String, UsageWindow> lastRevisions(SumUsage step) {
    step.registryDown = false;
    long latest = step.starts().stream().mapToLong(start -> start).max().orElse(START);
    step.setClock(Math.max(step.now(), latest));
    step.pass(LENGTH.plusSeconds(10));
    Map<String, UsageWindow> last = new HashMap<>();
    for (int i = 0; i < step.keys().size(); i++) {
      UsageWindow window = step.forwarded().get(i);
      UsageWindow before = last.put(step.keys().get(i), window);
      assertThat(window.getRevision())
          .as(step.keys().get(i))
          .isEqualTo(before == null ? 0 : before.getRevision() + 1);
    }
    return last;
  }

  private static WindowKey changed(Map<WindowKey, Long> before, Map<WindowKey, Long> after) {
    List<WindowKey> changed =
        after.keySet().stream()
            .filter(key -> !Objects.equals(after.get(key), before.get(key)))
            .toList();
    assertThat(changed).hasSize(1);
    return changed.get(0);
  }
}

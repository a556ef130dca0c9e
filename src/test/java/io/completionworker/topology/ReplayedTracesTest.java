// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Replay;
import io.completionworker.model.Setting;
import io.completionworker.model.Setting.Disturbances;
import io.completionworker.model.Setting.Variant;
import io.completionworker.model.Step;
import io.completionworker.model.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What the real processor and the real dispatcher do, the model can do, too. */
class ReplayedTracesTest {

  private static final Setting STORE_FIRST = setting(Variant.STORE_FIRST);

  private static Setting setting(Variant variant) {
    return new Setting(
        List.of(0, 0, 0, 1, 1, 2),
        List.of(0),
        variant,
        new Disturbances(1_000, 1_000, 1_000, 0, 0, 1_000),
        null);
  }

  @Property(tries = 150)
  void shouldDoNothingThatTheModelCannot(
      @ForAll Variant variant,
      @ForAll @Size(max = 80) List<@IntRange(min = 0, max = 9_999) Integer> choices) {
    Setting setting = setting(variant);
    Replay replay = new Replay(setting);
    TracedThread thread =
        new TracedThread(
            setting,
            step -> assertThat(replay.accepts(step)).as("the last step of%s", replay).isTrue());

    choices.forEach(choice -> step(thread, choice));
    thread.finish();

    assertThat(replay.canHaveEnded()).as("all have their outcome after%s", replay).isTrue();
  }

  /** One step in ten disturbs. */
  private static void step(TracedThread thread, int choice) {
    List<Runnable> possible = choice % 10 == 0 ? thread.disturbances() : thread.possible();
    possible.get(choice / 10 % possible.size()).run();
  }

  /** A replay that takes everything shows nothing. */
  @Example
  void shouldRefuseATraceWithAStepTooManyOrTooFew() {
    List<Step> trace = new ArrayList<>();
    new TracedThread(STORE_FIRST, trace::add).finish();
    assertThat(accepts(trace)).isTrue();

    for (Kind kind : List.of(Kind.READ, Kind.CALL, Kind.ANSWER, Kind.FORWARD)) {
      int first = trace.stream().map(Step::kind).toList().indexOf(kind);
      List<Step> twice = new ArrayList<>(trace);
      twice.add(first, trace.get(first));
      assertThat(accepts(twice)).as("%s twice", trace.get(first)).isFalse();
      List<Step> without = new ArrayList<>(trace);
      without.remove(first);
      assertThat(accepts(without)).as("not: %s", trace.get(first)).isFalse();
    }
  }

  @Example
  void shouldRefuseAWorkerThatTakesForCommittedWhatItHasForwarded() {
    List<Step> trace = new ArrayList<>();
    TracedThread mistaken = new TracedThread(STORE_FIRST, true, trace::add);
    mistaken.forwardAll();
    assertThat(accepted(trace)).isTrue();
    mistaken.abort();
    mistaken.finish();
    assertThat(accepted(trace)).as("it calls again").isFalse();

    trace.clear();
    TracedThread right = new TracedThread(STORE_FIRST, trace::add);
    right.forwardAll();
    right.abort();
    right.finish();
    assertThat(accepts(trace)).isTrue();
  }

  private static boolean accepted(List<Step> trace) {
    return trace.stream().allMatch(new Replay(STORE_FIRST)::accepts);
  }

  private static boolean accepts(List<Step> trace) {
    Replay replay = new Replay(STORE_FIRST);
    return trace.stream().allMatch(replay::accepts) && replay.canHaveEnded();
  }
}

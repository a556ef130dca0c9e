// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.AttemptResult;
import io.completionworker.control.Control;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is cancelled and paused at whatever time, each request has one outcome. */
class ControlsPropertyTest {

  private static final int REQUESTS = 40;
  private static final int BATCHES = 4;
  private static final int STEPS = 250;
  private static final String ID_PREFIX = "batch:b";

  private static final List<AttemptResult> ENDS =
      List.of(
          Results.answered(),
          Results.answered(),
          Results.billed(),
          Results.serverError(),
          Results.badRequest(),
          Results.rateLimited(Duration.ofSeconds(1)));

  @Property(tries = 150)
  void shouldHaveOneOutcomeForEachRequestAndCallNoneThatMustNotBeCalled(@ForAll long seed) {
    Run run = new Run(seed);
    for (int step = 0; step < STEPS; step++) {
      run.step();
      run.check();
    }
    run.endAll();

    assertThat(run.outcomes).hasSize(REQUESTS);
    assertThat(run.stage.dispatcher.drained()).isTrue();
    assertThat(run.stage.dispatcher.waiting().counts().values()).allMatch(count -> count == 0);
    assertThat(run.stage.quota.parked() + run.stage.quota.excused()).isZero();
    assertThat(run.stage.room.taken()).isZero();
  }

  private static final class Run {

    private final Random random;
    private final Stage stage;
    private final Map<Long, String> accepted = new TreeMap<>();
    private final Set<Long> outcomes = new TreeSet<>();
    private final Set<Integer> cancelled = new HashSet<>();
    private final Set<Integer> paused = new HashSet<>();
    private TaskOutbox task;
    private boolean unread;
    private int seen;

    Run(long seed) {
      random = new Random(seed);
      stage = new Stage(3, random.nextBoolean(), 4, false);
      if (random.nextInt(4) == 0) {
        stage.client.cannotCancel();
      }
      task = stage.open();
    }

    void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> accept();
        case 3, 4 -> endOne();
        case 5 -> control();
        case 6 -> stage.advance(Duration.ofMillis(random.nextInt(3_000)));
        case 7 -> emit(true);
        case 8 -> registry();
        default -> {
          if (random.nextInt(6) == 0) {
            moveTask();
          }
        }
      }
    }

    private void accept() {
      long offset = accepted.size();
      if (offset < REQUESTS) {
        String text = ID_PREFIX + random.nextInt(BATCHES) + ":" + (offset + 1) + ":x";
        accepted.put(offset, text);
        stage.accept(task, offset, key(offset), text, false);
      }
    }

    private static String key(long offset) {
      return "k" + offset % 3;
    }

    private void endOne() {
      List<String> open = stage.client.open();
      if (!open.isEmpty()) {
        String id = open.get(random.nextInt(open.size()));
        stage.end(id, ENDS.get(random.nextInt(ENDS.size())));
      }
    }

    private void control() {
      int batch = random.nextInt(BATCHES);
      Control pause = SampleControls.pause("pause-" + batch, SampleControls.batch("b" + batch));
      if (random.nextInt(4) == 0) {
        cancelled.add(batch);
        stage.control(
            SampleControls.cancel(
                "cancel-" + batch, SampleControls.batch("b" + batch), Long.MAX_VALUE));
      } else if (paused.contains(batch)) {
        paused.remove(batch);
        stage.withdraw("pause-" + batch);
      } else {
        paused.add(batch);
        stage.control(pause);
      }
    }

    private void registry() {
      unread = !unread;
      stage.codec.controlsUnreadable(unread);
      stage.codec.registryDown(random.nextInt(3) == 0);
    }

    /** The partition leaves its task and comes back, from the store. */
    private void moveTask() {
      emit(random.nextBoolean());
      stage.close(task);
      stage.end(false);
      task = stage.open();
      accepted.forEach(
          (offset, text) -> {
            if (!outcomes.contains(offset)) {
              stage.accept(task, offset, key(offset), text, true);
            }
          });
    }

    private void emit(boolean commit) {
      List<Long> ended = new ArrayList<>();
      for (var next = task.poll(); next != null; next = task.poll()) {
        if (next.ends()) {
          ended.add(next.position().offset());
          stage.transaction().forwarded(next.position());
        }
      }
      if (commit) {
        stage.end(true);
        ended.forEach(offset -> assertThat(outcomes.add(offset)).as("the first of it").isTrue());
      }
    }

    /** No call of a batch has started since it was cancelled or paused, read or not. */
    void check() {
      List<String> started = stage.client.started();
      for (String id : started.subList(seen, started.size())) {
        int batch = id.charAt(ID_PREFIX.length()) - '0';
        assertThat(cancelled).doesNotContain(batch);
        assertThat(paused).doesNotContain(batch);
      }
      seen = started.size();
    }

    void endAll() {
      while (accepted.size() < REQUESTS) {
        accept();
      }
      stage.codec.controlsUnreadable(false);
      stage.codec.registryDown(false);
      Set.copyOf(paused).forEach(batch -> stage.withdraw("pause-" + batch));
      for (int i = 0; i < 300 && outcomes.size() < REQUESTS; i++) {
        stage.client.open().forEach(stage::answer);
        stage.advance(Duration.ofSeconds(1));
        emit(true);
      }
    }
  }
}

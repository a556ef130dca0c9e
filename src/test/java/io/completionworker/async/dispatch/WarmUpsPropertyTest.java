// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleControls;
import io.completionworker.fixtures.TextCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** No request waits for ever, and none without an open call, however the calls end. */
class WarmUpsPropertyTest {

  private static final int REQUESTS = 40;
  private static final int STEPS = 200;
  private static final long MOST_NANOS = TextCodec.PROMPTS.maxWait().toNanos();

  private static final List<AttemptResult> ENDS =
      List.of(
          Results.answered(),
          Results.answered(),
          Results.billed(),
          Results.serverError(),
          Results.badRequest());

  @Property(tries = 150)
  void shouldCallEachRequestInTimeAndEndItOnce(@ForAll long seed) {
    Run run = new Run(seed);
    for (int step = 0; step < STEPS; step++) {
      run.step();
      run.check();
    }
    run.endAll();

    assertThat(run.outcomes).hasSize(run.accepted.size());
    assertThat(run.stage.dispatcher.drained()).isTrue();
    assertThat(run.stage.dispatcher.waiting().counts().values()).allMatch(count -> count == 0);
  }

  private static final class Run {

    private final Random random;
    private final Stage stage = new Stage(1_000, false);
    private final List<String> accepted = new ArrayList<>();
    private final List<Long> acceptedAt = new ArrayList<>();
    private final Set<Long> outcomes = new TreeSet<>();
    private final Set<String> cancelled = new HashSet<>();
    private TaskOutbox task = stage.open();

    Run(long seed) {
      random = new Random(seed);
    }

    void step() {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> accept();
        case 3, 4 -> endOne();
        case 5 -> stage.advance(Duration.ofMillis(random.nextInt(4_000)));
        case 6 -> cancel();
        default -> {
          if (random.nextInt(5) == 0) {
            moveTask();
          }
        }
      }
    }

    private void accept() {
      if (accepted.size() < REQUESTS) {
        String system = "&s" + random.nextInt(2);
        String document = random.nextBoolean() ? "" : "&d" + random.nextInt(3);
        String question = random.nextInt(4) == 0 ? "=q" : "";
        accepted.add("r" + accepted.size() + question + system + document);
        acceptedAt.add(stage.loop.nanos());
        stage.accept(task, accepted.size() - 1, accepted.get(accepted.size() - 1));
      }
    }

    private void endOne() {
      List<String> open = stage.client.open();
      if (!open.isEmpty()) {
        stage.end(open.get(random.nextInt(open.size())), ENDS.get(random.nextInt(ENDS.size())));
      }
    }

    private void cancel() {
      if (!accepted.isEmpty() && random.nextInt(3) == 0) {
        String id = accepted.get(random.nextInt(accepted.size()));
        if (cancelled.add(id)) {
          stage.control(
              SampleControls.cancel("cancel-" + id, SampleControls.request(id), Long.MAX_VALUE));
        }
      }
    }

    /** The partition leaves its task and comes back, from the store. */
    private void moveTask() {
      emit();
      stage.close(task);
      task = stage.open();
      for (int i = 0; i < accepted.size(); i++) {
        if (!outcomes.contains((long) i)) {
          acceptedAt.set(i, stage.loop.nanos()); // a new flight, which may wait as long
          stage.accept(task, i, null, accepted.get(i), true);
        }
      }
    }

    private void emit() {
      for (var next = task.poll(); next != null; next = task.poll()) {
        if (next.ends()) {
          assertThat(outcomes.add(next.position().offset())).as("the first of it").isTrue();
          stage.transaction().forwarded(next.position());
        }
      }
      stage.end(true);
    }

    /** Requests of the same question wait for each other's answers, however long that takes. */
    void check() {
      if (stage.client.open().isEmpty()) {
        assertThat(stage.dispatcher.waiting().count(WaitingFor.PREFIX)).isZero();
      }
      for (int i = 0; i < accepted.size(); i++) {
        String id = accepted.get(i);
        boolean late = stage.loop.nanos() - acceptedAt.get(i) > MOST_NANOS;
        if (late && !id.contains("=") && !cancelled.contains(id)) {
          assertThat(stage.client.started()).contains(id);
        }
      }
    }

    void endAll() {
      for (int i = 0; i < 300 && outcomes.size() < accepted.size(); i++) {
        stage.client.open().forEach(stage::answer);
        stage.advance(Duration.ofSeconds(1));
        emit();
      }
    }
  }
}

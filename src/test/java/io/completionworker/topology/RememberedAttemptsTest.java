// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** How often a request was paid for is known after an aborted transaction and after a crash. */
class RememberedAttemptsTest {

  private static final int MAX_ATTEMPTS = 3;
  private static final Duration STEP = Duration.ofSeconds(3);

  private final Task task = new Task();

  @Example
  void shouldGoOnCountingAfterACrash() {
    task.request("a");
    pay("a"); // and the next call is open
    task.commit();

    task.kill();
    task.advance(STEP);
    pay("a");
    task.commit();

    assertThat(task.outcomes).as("three calls").containsExactly("a INVALID_RESPONSE again");
    assertThat(task.rows).hasSize(2).doesNotHaveDuplicates();
    task.kill();
    task.advance(STEP);
    assertThat(task.worker.client.started()).isEmpty();
  }

  @Property(tries = 2)
  void shouldCountCallsThatWereOpenWhenTheirProcessesDied(@ForAll boolean holdsBack) {
    Task killed = new Task(false, holdsBack);
    killed.request("a");
    int calls = 0;
    for (int kills = 0; kills < 5; kills++) {
      killed.advance(STEP);
      killed.commit();
      calls += killed.worker.client.started().size();
      killed.kill();
    }
    killed.advance(STEP);
    killed.commit();

    assertThat(calls).isEqualTo(MAX_ATTEMPTS);
    assertThat(killed.outcomes).containsExactly("a UNKNOWN again");
  }

  @Example
  void shouldSayInTheAnswerWhichAttemptItWasThoughOthersWereBeforeACrash() {
    task.request("a");
    pay("a");
    task.commit();
    task.kill();

    task.worker.client.answer("a");
    task.advance(STEP);
    task.commit();

    assertThat(task.outcomes).containsExactly("a attempts 2 again");
    assertThat(task.rows).hasSize(2).doesNotHaveDuplicates();
  }

  @Example
  void shouldRepeatAfterACrashOnlyWhatWasNotCommitted() {
    task.request("a");
    task.commit();
    pay("a");
    task.kill();
    assertThat(task.worker.client.open()).as("its end was not committed").containsExactly("a");

    pay("a");
    task.commit();

    assertThat(task.rows).hasSize(1);
  }

  @Example
  void shouldWriteARowOnceThoughItsTransactionWasAborted() {
    task.request("a");
    task.commit();
    pay("a");
    task.abort();
    task.advance(STEP);
    task.abort();
    task.advance(STEP);
    task.commit();
    assertThat(task.rows).hasSize(1);

    pay("a");
    task.commit();
    task.advance(STEP);
    pay("a");
    task.commit();

    assertThat(task.outcomes).containsExactly("a INVALID_RESPONSE");
    assertThat(task.rows).hasSize(MAX_ATTEMPTS).doesNotHaveDuplicates();
  }

  @Property(tries = 200)
  void shouldCountEachPaidAttemptOnceWhateverIsAborted(@ForAll long seed) {
    Random random = new Random(seed);
    Task aborted = new Task();
    Map<String, Integer> billed = new HashMap<>();
    for (int i = 0; i < 5; i++) {
      aborted.request("r" + i);
    }
    for (int step = 0; step < 120; step++) {
      for (String id : aborted.worker.client.open()) {
        AttemptResult result = result(random.nextInt(4));
        billed.merge(id, result.maybeBilled() ? 1 : 0, Integer::sum);
        aborted.worker.client.end(id, result);
      }
      aborted.advance(Duration.ofMillis(random.nextInt(3_000)));
      int what = step < 80 ? random.nextInt(4) : 3;
      if (what == 0) {
        aborted.abort();
      } else if (what > 1) {
        aborted.commit();
      }
    }

    assertThat(aborted.outcomes).hasSize(5);
    assertThat(aborted.rows).doesNotHaveDuplicates();
    for (int i = 0; i < 5; i++) {
      String id = "r" + i;
      int paid = billed.getOrDefault(id, 0);
      assertThat(of(id, aborted.rows)).isEqualTo(paid);
      assertThat(paid).isLessThanOrEqualTo(MAX_ATTEMPTS);
    }
  }

  @Property(tries = 80)
  void shouldCountEachPaidAttemptThoughItsTaskComesAndGoes(
      @ForAll long seed, @ForAll boolean ordered) {
    Random random = new Random(seed);
    Task moving = new Task(ordered);
    Map<String, Integer> billed = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      moving.request("r" + i);
    }
    for (int step = 0; step < 200; step++) {
      for (String id : moving.worker.client.open()) {
        if (random.nextInt(3) > 0) {
          AttemptResult result = result(random.nextInt(4));
          billed.merge(id, result.maybeBilled() ? 1 : 0, Integer::sum);
          moving.worker.client.end(id, result);
        }
      }
      if (random.nextBoolean()) {
        moving.worker.loop.run();
      }
      if (random.nextInt(3) == 0) {
        moving.commit();
        moving.abort(); // of nothing: it is closed after its commit, and comes back
      }
      moving.advance(Duration.ofMillis(random.nextInt(3_000)));
    }
    moving.commit();

    assertThat(moving.outcomes).hasSize(4);
    assertThat(moving.rows).doesNotHaveDuplicates();
    for (int i = 0; i < 4; i++) {
      int paid = billed.getOrDefault("r" + i, 0);
      assertThat(of("r" + i, moving.rows)).isEqualTo(paid);
      assertThat(paid).isLessThanOrEqualTo(MAX_ATTEMPTS);
    }
  }

  private static long of(String id, List<String> texts) {
    return texts.stream().filter(text -> text.startsWith(id + " ")).count();
  }

  private static AttemptResult result(int kind) {
    return switch (kind) {
      case 0 -> Results.answered();
      case 1 -> Results.serverError();
      default -> Results.billed();
    };
  }

  private void pay(String id) {
    task.worker.client.end(id, Results.billed());
    task.advance(STEP);
  }
}

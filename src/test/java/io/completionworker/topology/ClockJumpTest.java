// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.fixtures.Results;
import io.completionworker.metrics.CallMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A clock that is set by hours, forward or back, neither loses nor doubles nor delays anything. */
class ClockJumpTest extends DrivenTopology {

  private static final int REQUESTS = 200;

  ClockJumpTest() {
    super(new WorkerTopology(REQUESTS, 4_096));
  }

  @Test
  void shouldRetryAfterTheBackoffWhateverTheWallClockSays() {
    requests.pipeInput("a");
    worker.loop.run();
    worker.client.end("a", Results.serverError());

    worker.loop.jump(Duration.ofHours(5));
    worker.loop.run();
    assertThat(worker.client.started()).as("no sooner").containsExactly("a");

    worker.loop.jump(Duration.ofHours(-10));
    worker.loop.advance(Duration.ofSeconds(1));
    assertThat(worker.client.started()).as("no later").containsExactly("a", "a");
    worker.client.answer("a");
    tick();
    assertThat(responses.readValuesToList()).containsExactly("a attempts 2");
  }

  @Test
  void shouldEndAWaitingRequestAtItsDeadlineWhateverTheWallClockSays() {
    long deadline = worker.loop.millis() + Duration.ofMinutes(1).toMillis();
    requests.pipeInput("waits!" + deadline);
    requests.pipeInput("runs!" + deadline);
    worker.loop.run();
    worker.client.end("waits", Results.serverError());

    worker.loop.jump(Duration.ofHours(5));
    worker.loop.advance(Duration.ofSeconds(1));
    assertThat(worker.client.started()).as("no sooner").containsExactly("waits", "runs", "waits");
    worker.loop.jump(Duration.ofHours(-10));
    worker.client.end("waits", Results.rateLimited(Duration.ofMinutes(1)));
    worker.client.answer("runs");
    tick();

    assertThat(failures.readValuesToList())
        .as("no later")
        .containsExactly("waits DEADLINE_EXCEEDED");
    assertThat(responses.readValuesToList()).containsExactly("runs attempts 1");
  }

  @Test
  void shouldGoOnWithARequestWhoseDeadlineIsFarAwayBecauseTheClockWentBack() {
    long deadline = worker.loop.millis() + Duration.ofMinutes(1).toMillis();
    requests.pipeInput("a!" + deadline);
    worker.loop.run();
    worker.client.end("a", Results.serverError());

    worker.loop.jump(Duration.ofHours(-5));
    worker.loop.advance(Duration.ofSeconds(2));

    assertThat(worker.client.open()).as("retried as ever").containsExactly("a");
    worker.client.answer("a");
    tick();
    assertThat(responses.readValuesToList()).containsExactly("a attempts 2");
    assertThat(worker.capacity.records()).isZero();
  }

  @Test
  void shouldMeasureACallByAClockThatNobodySets() {
    requests.pipeInput("a");
    worker.loop.run();

    worker.loop.jump(Duration.ofHours(5));
    worker.loop.advance(Duration.ofSeconds(2));
    worker.client.answer("a");
    tick();

    assertThat(worker.registry.get(CallMeters.ATTEMPTS.name()).timer().totalTime(TimeUnit.SECONDS))
        .isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldLoseAndDoubleNothingWhileTheClockJumps(long seed) {
    Random dice = new Random(seed);
    List<String> published = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      published.add("r" + i);
      requests.pipeInput("key", "r" + i);
      jump(dice);
      worker.loop.run();
      endSome(dice);
    }
    while (!worker.client.open().isEmpty() || worker.capacity.records() > 0) {
      jump(dice);
      endSome(dice);
      worker.loop.advance(Duration.ofSeconds(5)); // retries
    }
    tick();
    driver.advanceWallClockTime(Duration.ofDays(2)); // every window has ended
    tick();
    driver.advanceWallClockTime(Duration.ofSeconds(10));

    List<String> answered = responses.readValuesToList();
    List<String> ended = new ArrayList<>(answered);
    ended.addAll(failures.readValuesToList());
    assertThat(ended)
        .map(outcome -> outcome.split(" ", -1)[0])
        .containsExactlyInAnyOrderElementsOf(published);
    assertThat(lastSums()).isEqualTo(answered.size());
  }

  /** Of the loop's clocks, or of Kafka's, which the driver only lets go forward. */
  private void jump(Random dice) {
    Duration hours = Duration.ofMinutes(dice.nextInt(600));
    switch (dice.nextInt(5)) {
      case 0 -> worker.loop.jump(hours);
      case 1 -> worker.loop.jump(hours.negated());
      case 2 -> worker.loop.freeze(hours);
      case 3 -> driver.advanceWallClockTime(hours);
      default -> tick();
    }
  }

  private void endSome(Random dice) {
    for (String open : worker.client.open()) {
      if (dice.nextInt(3) == 0) {
        worker.client.end(open, dice.nextInt(4) == 0 ? Results.serverError() : Results.answered());
      }
    }
    tick();
  }

  /** Calls in the last revision of each window. */
  private int lastSums() {
    return usageWindows.readKeyValuesToList().stream()
        .collect(
            Collectors.toMap(window -> window.key, window -> window.value, (older, newer) -> newer))
        .values()
        .stream()
        .mapToInt(sums -> Integer.parseInt(sums.substring(sums.lastIndexOf(' ') + 1)))
        .sum();
  }
}

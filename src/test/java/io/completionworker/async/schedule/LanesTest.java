// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.Admission;
import io.completionworker.fixtures.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {

  private final ManualLoop loop = new ManualLoop();
  private final Turnstile turnstile = new Turnstile();
  private final Turns turns = new Turns(loop, turnstile);

  @Test
  void shouldNotPileUpWhatHasEndedBehindOneThatWaits() {
    turnstile.shut("a");
    turns.add("first@a");

    for (int i = 0; i < 10_000; i++) {
      turns.add("r" + i + "@a").leaves(); // at its deadline
      assertThat(turns.next()).isNull();
    }

    assertThat(turns.lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldNotPileUpLanesThatHaveBecomeEmpty() {
    for (int i = 0; i < 10_000; i++) {
      turnstile.shut("lane" + i);
      SampleCandidate flight = turns.add("r" + i + "@lane" + i);
      assertThat(turns.next()).isNull();
      flight.leaves();
      loop.advance(Duration.ofSeconds(2));
      assertThat(turns.next()).isNull();
    }

    assertThat(turns.lanes.kept()).isLessThan(200);
  }

  @Test
  void shouldLookAtFewLanesForAStartHoweverManyWait() {
    for (int i = 0; i < 10_000; i++) {
      turnstile.shut("lane" + i);
      turns.add("r" + i + "@lane" + i);
    }
    assertThat(turns.next()).isNull();
    for (int i = 0; i < 100; i++) {
      turns.add("s" + i + "@open");
    }
    turnstile.asked = 0;
    turns.lookedAt = 0;

    for (int i = 0; i < 100; i++) {
      assertThat(turns.next()).isEqualTo("s" + i);
    }

    assertThat(turns.lookedAt).as("for 100 starts").isLessThan(300);
    assertThat(turnstile.asked).as("for 100 starts").isLessThan(300);
  }

  @Test
  void shouldAskFewOfThoseThatWaitWhenACallEnds() {
    for (int i = 0; i < 1_000; i++) {
      turnstile.shut("lane" + i);
      turns.add("r" + i + "@lane" + i);
    }
    SampleCandidate running = turns.add("running@open");
    assertThat(turns.next()).isEqualTo("running");
    Set<String> asked = turnstile.names;
    for (int i = 1; i <= 32; i++) {
      asked.clear();
      turns.lanes.reopen(running, running.call(), loop.nanos());
      assertThat(turns.next()).isNull();
      assertThat(asked).hasSizeBetween(32, 33);
    }
  }

  /** A walk over all lanes, the one first that was served longest ago, is what turns go by. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldTakeTurnsAsAWalkOverAllLanesWould(long seed) {
    Random dice = new Random(seed);
    Map<String, Model> model = new LinkedHashMap<>();
    for (int step = 0; step < 3_000; step++) {
      String lane = "lane" + dice.nextInt(20);
      switch (dice.nextInt(5)) {
        case 0, 1 -> {
          turns.add("r" + step + "@" + lane);
          model.computeIfAbsent(lane, name -> new Model()).waiting.add("r" + step);
        }
        case 2 -> turnstile.openAt.put(lane, loop.nanos() + dice.nextInt(1_000));
        case 3 -> loop.advance(Duration.ofNanos(dice.nextInt(500)));
        default -> assertThat(turns.next()).as("step " + step).isEqualTo(walk(model));
      }
    }
  }

  private @Nullable String walk(Map<String, Model> model) {
    for (String name : List.copyOf(model.keySet())) {
      Model lane = Objects.requireNonNull(model.get(name));
      if (lane.waiting.isEmpty()) {
        model.remove(name);
      } else if (lane.closedUntil <= loop.nanos()) {
        lane.closedUntil = turnstile.openAt.getOrDefault(name, 0L);
        if (lane.closedUntil <= loop.nanos()) {
          model.remove(name);
          model.put(name, lane);
          return lane.waiting.remove(0);
        }
      }
    }
    return null;
  }

  /** A lane as a walk sees it. */
  private static final class Model {
    final List<String> waiting = new ArrayList<>();
    long closedUntil;
  }

  /** Lets the calls of a lane start from a time on. */
  private final class Turnstile implements Admission {

    private final Map<String, Long> openAt = new HashMap<>();
    private final Set<String> names = new TreeSet<>();
    private int asked;

    void shut(String lane) {
      openAt.put(lane, Long.MAX_VALUE / 2);
    }

    @Override
    public String lane(CompletionCall call) {
      return call.scope().credential();
    }

    @Override
    public long admit(CompletionCall call) {
      asked++;
      names.add(lane(call));
      return Math.max(0, openAt.getOrDefault(lane(call), 0L) - loop.nanos());
    }

    @Override
    public Admission.AttemptCost ended(CompletionCall call, AttemptResult result) {
      return Admission.AttemptCost.ATTEMPT;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.port.Admission;
import io.completionworker.config.Limits;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.Results;
import io.completionworker.fixtures.SampleClasses;
import io.completionworker.fixtures.SampleTenants;
import io.completionworker.resilience.AdmissionGate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The most urgent class is next, and each other class gets its least share. Requests are {@code
 * class/number/tokens@lane}.
 */
class ClassTurnsTest {

  private static final int URGENT = 0;
  private static final int STANDARD = 1;
  private static final int BULK = 2;

  /** Lets every call start. */
  private static final Admission OPEN = Gates.of(List.of());

  private final ManualLoop loop = new ManualLoop();
  private final Turns turns = turns(20, 5);

  @Test
  void shouldCallAnUrgentRequestNextHoweverManyOthersWait() {
    add(turns, BULK, 1_000, 100);
    add(turns, STANDARD, 1_000, 100);
    started(turns, 500);

    add(turns, URGENT, 1, 100);

    assertThat(started(turns, 3)).as("one of each that is owed its share").containsKey("0");
  }

  @Test
  void shouldCallTheMostUrgentFirstIfNoneIsOwedItsShare() {
    add(turns, BULK, 100, 100);
    started(turns, 10);
    add(turns, STANDARD, 3, 100);
    started(turns, 1);
    add(turns, URGENT, 3, 100);

    assertThat(next(turns)).startsWith("0/");
    assertThat(next(turns)).startsWith("0/");
    assertThat(next(turns)).startsWith("0/");
    assertThat(next(turns)).startsWith("1/");
  }

  @Test
  void shouldGiveEachClassItsLeastShareAndTheRestToTheMostUrgent() {
    add(turns, URGENT, 1_000, 100);
    add(turns, STANDARD, 1_000, 100);
    add(turns, BULK, 1_000, 100);

    assertThat(started(turns, 400)).isEqualTo(Map.of("0", 300, "1", 80, "2", 20));
  }

  @Test
  void shouldCountTokensAndNotCalls() {
    Turns half = turns(50);
    add(half, URGENT, 100, 1_000);
    add(half, STANDARD, 10_000, 10);

    assertThat(started(half, 2_000).get("1")).isBetween(1_970, 1_990);
  }

  @Test
  void shouldGiveTheRestToTheNextClassWhileTheMostUrgentHasNothing() {
    add(turns, STANDARD, 1_000, 100);
    add(turns, BULK, 1_000, 100);

    assertThat(started(turns, 200)).isEqualTo(Map.of("1", 190, "2", 10));
  }

  @Test
  void shouldSaveUpNothingWhileAClassHasNoRequests() {
    add(turns, URGENT, 2_000, 100);
    started(turns, 1_000);

    add(turns, BULK, 1_000, 100);

    assertThat(started(turns, 100).get("2")).isBetween(5, 6);
  }

  @Test
  void shouldOweNothingForCallsThatAClassMadeAlone() {
    add(turns, BULK, 2_000, 100);
    started(turns, 1_000);

    add(turns, URGENT, 2_000, 100);

    assertThat(started(turns, 100).get("2")).isBetween(4, 5);
  }

  @Test
  void shouldKeepTheSharesBehindOneLimit() {
    Turns limited = callsASecond(SampleClasses.of(loop, SampleTenants::none, 20, 5));
    add(limited, BULK, 200, 100);
    add(limited, STANDARD, 200, 100);
    assertThat(startedInSeconds(limited, 10)).isNotEmpty();
    add(limited, URGENT, 200, 100);

    assertThat(startedInSeconds(limited, 100))
        .satisfies(
            started -> {
              assertThat(started.get("0")).isBetween(73, 77);
              assertThat(started.get("1")).isBetween(19, 22);
              assertThat(started.get("2")).isBetween(4, 6);
            });
  }

  @Test
  void shouldKeepWhatAClassIsOwedWhileItsOnlyLaneWaitsForTheLimit() {
    Turns limited = callsASecond(SampleClasses.of(loop, SampleTenants::none, 50));
    add(limited, URGENT, 100, 1_000);
    add(limited, STANDARD, 1_000, 100);

    assertThat(startedInSeconds(limited, 220).get("0")).isBetween(19, 21);
  }

  @Test
  void shouldCallAnUrgentRequestBeforeTheOneThatWaitsForTheLimitAlready() {
    Turns limited = callsASecond(SampleClasses.of(loop, SampleTenants::none, 20, 5));
    for (int i = 0; i < 20; i++) {
      limited.add(BULK, "2/" + i + "/100@bulk" + i);
    }
    startedInSeconds(limited, 5);

    add(limited, URGENT, 5, 100);

    assertThat(startedInSeconds(limited, 5)).isEqualTo(Map.of("0", 5));
    assertThat(startedInSeconds(limited, 10))
        .as("those behind them go on")
        .isEqualTo(Map.of("2", 10));
  }

  @Test
  void shouldCallAnUrgentRequestBeforeALargeOneThatWaitsForTokensAlready() {
    Limits tokens = new Limits(null, null, 60_000L, null, null, null);
    Turns limited = limited(Gates.of(List.of(Gates.limits(tokens, loop::nanos))));
    for (int i = 0; i < 3; i++) {
      limited.add(BULK, "2/" + i + "/50000@bulk");
    }
    assertThat(limited.startedUntilNoneMay()).as("a full bucket").containsExactly("2/0/50000");

    limited.add(URGENT, "0/0/100@urgent");

    assertThat(startedInSeconds(limited, 45)).as("the first has used the tokens").isEmpty();
    assertThat(startedInSeconds(limited, 10)).isEqualTo(Map.of("0", 1, "2", 1));
    assertThat(startedInSeconds(limited, 55)).as("each has its turn").isEqualTo(Map.of("2", 1));
  }

  @Test
  void shouldGiveTheNextFreePlaceToTheMostUrgentThatWaitsForIt() {
    Limits one = new Limits(null, null, null, null, null, 1);
    AdmissionGate gate = Gates.of(List.of(Gates.limits(one, loop::nanos)));
    Turns limited = limited(gate);
    SampleCandidate open = limited.add(BULK, "2/0/100@bulk");
    limited.add(BULK, "2/1/100@bulk");
    assertThat(limited.startedUntilNoneMay()).containsExactly("2/0/100");
    limited.add(URGENT, "0/0/100@urgent");
    assertThat(limited.startedUntilNoneMay()).isEmpty();

    gate.ended(open.call(), Results.answered());
    limited.lanes.reopen(open, open.call(), loop.nanos());

    assertThat(limited.startedUntilNoneMay()).containsExactly("0/0/100");
  }

  @Test
  void shouldLetTenantsTakeTurnsWithinEachClass() {
    Turns fair = new Turns(loop, OPEN, SampleClasses.of(loop, SampleTenants::users, 25));
    for (int i = 0; i < 200; i++) {
      for (int rank = URGENT; rank <= STANDARD; rank++) {
        fair.add(rank, "A" + rank + "/" + i + "/100@lane" + i % 20);
        fair.add(rank, "B" + rank + "/" + i + "/100@lane");
      }
    }

    Map<String, Integer> started = started(fair, 160);

    assertThat(started.get("A0")).isBetween(59, 61);
    assertThat(started.get("B0")).isBetween(59, 61);
    assertThat(started.get("A1")).isBetween(19, 21);
    assertThat(started.get("B1")).isBetween(19, 21);
  }

  /** Whatever others do, a class that always has a call to make gets its share, but for a bit. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void shouldAlwaysGiveTheLeastShareToAClassThatHasRequests(long seed) {
    Random dice = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      turns.add(BULK, "2/" + i + "/" + (1 + dice.nextInt(1_000)) + "@bulk" + dice.nextInt(3));
    }
    double all = 0;
    double bulk = 0;
    for (int step = 0; step < 4_000; step++) {
      int rank = dice.nextInt(40) == 0 ? dice.nextInt(2) : BULK;
      for (int i = dice.nextInt(50); i > 0 && rank != BULK; i--) {
        turns.add(rank, rank + "/x/" + (1 + dice.nextInt(1_000)) + "@lane" + dice.nextInt(5));
      }
      String[] parts = next(turns).split("/", -1);
      double tokens = Double.parseDouble(parts[2]);
      all += tokens;
      bulk += parts[0].equals("2") ? tokens : 0;
      assertThat(bulk).isGreaterThanOrEqualTo(0.05 * all - 3_000);
    }
  }

  private Turns turns(int... shares) {
    return new Turns(loop, OPEN, SampleClasses.of(loop, SampleTenants::none, shares));
  }

  /** All behind a limit of one call a second. */
  private Turns limited(Admission admission) {
    return new Turns(loop, admission, SampleClasses.of(loop, SampleTenants::none, 20, 5));
  }

  private Turns callsASecond(Classes classes) {
    return new Turns(loop, Gates.of(List.of(Gates.perSecond(1, loop::nanos))), classes);
  }

  private static void add(Turns turns, int rank, int count, int tokens) {
    for (int i = 0; i < count; i++) {
      turns.add(rank, rank + "/" + i + "/" + tokens + "@lane");
    }
  }

  private Map<String, Integer> startedInSeconds(Turns limited, int seconds) {
    List<String> started = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      started.addAll(limited.startedUntilNoneMay());
      loop.advance(Duration.ofSeconds(1));
    }
    return count(started);
  }

  private static Map<String, Integer> started(Turns turns, int count) {
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(next(turns));
    }
    return count(started);
  }

  private static Map<String, Integer> count(List<String> started) {
    Map<String, Integer> count = new TreeMap<>();
    started.forEach(id -> count.merge(id.substring(0, id.indexOf('/')), 1, Integer::sum));
    return count;
  }

  private static String next(Turns turns) {
    String id = turns.next();
    assertThat(id).as("a request that may start").isNotNull();
    return String.valueOf(id);
  }
}

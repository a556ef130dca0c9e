// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import static io.completionworker.fixtures.SampleTenants.weight;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.port.Admission;
import io.completionworker.fixtures.Gates;
import io.completionworker.fixtures.ManualLoop;
import io.completionworker.fixtures.SampleTenants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tenants take turns by what their calls cost. Requests are {@code user/number/tokens@lane}. */
class FairTurnsTest {

  private final ManualLoop loop = new ManualLoop();
  private final Doors doors = new Doors();
  private final Turns turns = new Turns(loop, doors, SampleTenants.users());

  @Test
  void shouldStartAsManyCallsOfEachTenantIfAllCostTheSame() {
    add(turns, "A", 100, 100, 1);
    add(turns, "B", 100, 100, 1);

    assertThat(started(turns, 20)).containsEntry("A", 10).containsEntry("B", 10);
  }

  @Test
  void shouldGiveEachTenantAsManyTokensNotAsManyCalls() {
    add(turns, "A", 100, 300, 1);
    add(turns, "B", 100, 100, 1);

    assertThat(started(turns, 40)).containsEntry("A", 10).containsEntry("B", 30);
  }

  @Test
  void shouldGiveNothingMoreToATenantThatSpreadsOverManyLanes() {
    add(turns, "A", 400, 100, 20);
    add(turns, "B", 100, 100, 1);

    assertThat(started(turns, 100)).containsEntry("A", 50).containsEntry("B", 50);
  }

  @Test
  void shouldGiveNothingMoreToATenantThatSpreadsOverManyLanesOfOneLimit() {
    Turns limited = callsASecond(SampleTenants.users());
    add(limited, "A", 400, 100, 20);
    add(limited, "B", 100, 100, 1);

    assertThat(startedInSeconds(limited, 60)).hasSize(2).satisfies(this::areAboutEqual);
  }

  @Test
  void shouldGiveTokensAndNotTurnsBehindOneLimit() {
    Turns limited = callsASecond(SampleTenants.users());
    add(limited, "A", 100, 300, 1);
    add(limited, "B", 100, 100, 1);

    assertThat(startedInSeconds(limited, 80).get("A")).isBetween(19, 21);
  }

  @Test
  void shouldGiveTokensByWeightBehindOneLimit() {
    Turns limited = callsASecond(SampleTenants.users(weight("gold", 4)));
    add(limited, "gold", 100, 100, 1);
    add(limited, "plain", 100, 100, 1);

    assertThat(startedInSeconds(limited, 50).get("gold")).isBetween(39, 41);
  }

  /** All behind a limit of one call a second. */
  private Turns callsASecond(Tenants tenants) {
    return new Turns(loop, Gates.of(List.of(Gates.perSecond(1, loop::nanos))), tenants);
  }

  private Map<String, Integer> startedInSeconds(Turns limited, int seconds) {
    List<String> started = new ArrayList<>();
    for (int second = 0; second < seconds; second++) {
      started.addAll(limited.startedUntilNoneMay());
      loop.advance(Duration.ofSeconds(1));
    }
    return byTenant(started);
  }

  @Test
  void shouldLetTheLanesOfATenantTakeTurnsToo() {
    add(turns, "A", 40, 100, 4);

    assertThat(List.of(next(turns), next(turns), next(turns), next(turns)))
        .containsExactly("A/0/100", "A/1/100", "A/2/100", "A/3/100");
  }

  @Test
  void shouldGiveTokensByWeight() {
    Turns weighted =
        new Turns(loop, doors, SampleTenants.users(weight("gold-*", 4), weight("free", 0.5)));
    add(weighted, "gold-1", 200, 100, 1);
    add(weighted, "plain", 200, 100, 1);
    add(weighted, "free", 200, 100, 1);

    assertThat(started(weighted, 110))
        .containsEntry("gold-1", 80)
        .containsEntry("plain", 20)
        .containsEntry("free", 10);
  }

  @Test
  void shouldLetOthersCatchUpAfterALargeCall() {
    turns.add("A/large/1000@a");
    add(turns, "A", 5, 100, 1);
    add(turns, "B", 20, 100, 1);

    assertThat(next(turns)).isEqualTo("A/large/1000");
    assertThat(started(turns, 10)).containsEntry("B", 10);
    assertThat(started(turns, 2)).containsEntry("A", 1).containsEntry("B", 1);
  }

  @Test
  void shouldDelayNoOtherWhileAllLanesOfATenantWait() {
    doors.shut.addAll(Set.of("A0", "A1"));
    add(turns, "A", 100, 100, 2);
    add(turns, "B", 100, 100, 1);
    add(turns, "C", 100, 100, 1);

    assertThat(started(turns, 40)).containsEntry("B", 20).containsEntry("C", 20);
  }

  @Test
  void shouldSaveUpNothingWhileAllLanesOfATenantWait() {
    doors.shut.addAll(Set.of("A0", "A1"));
    add(turns, "A", 100, 100, 2);
    add(turns, "B", 1_000, 100, 1);
    assertThat(started(turns, 500)).containsEntry("B", 500);

    doors.shut.clear();
    loop.advance(Duration.ofSeconds(2));

    assertThat(started(turns, 20)).satisfies(this::areAboutEqual);
  }

  @Test
  void shouldSaveUpNothingWhileATenantHasNoRequests() {
    add(turns, "B", 1_000, 100, 1);
    assertThat(started(turns, 500)).containsEntry("B", 500);
    add(turns, "A", 100, 100, 1);

    assertThat(started(turns, 20)).satisfies(this::areAboutEqual);
  }

  @Test
  void shouldNotPreferATenantThatAlwaysHasOneRequestOnly() {
    add(turns, "A", 1_000, 100, 1);
    List<String> started = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      turns.add("B/" + i + "/100@b");
      started.add(next(turns));
      started.add(next(turns));
    }

    assertThat(byTenant(started)).satisfies(this::areAboutEqual);
  }

  @Test
  void shouldTakeRequestsOfNobodyAsOneTenant() {
    add(turns, "A", 100, 100, 1);
    add(turns, "", 100, 100, 20);

    assertThat(started(turns, 40)).containsEntry("A", 20).containsEntry("", 20);
  }

  @Test
  void shouldForgetTenantsWithoutRequests() {
    for (int i = 0; i < 20_000; i++) {
      turns.add("user" + i + "/0/100@a");
      assertThat(turns.next()).isNotNull();
    }

    assertThat(turns.tenants.kept()).isLessThanOrEqualTo(2_000);
  }

  @Test
  void shouldLookAtFewLanesForAStartHoweverManyTenantsWait() {
    for (int i = 0; i < 10_000; i++) {
      doors.shut.add("lane" + i);
      turns.add("user" + i + "/0/100@lane" + i);
    }
    assertThat(turns.next()).isNull();
    add(turns, "A", 100, 100, 20);
    add(turns, "B", 100, 100, 1);
    turns.lookedAt = 0;

    assertThat(started(turns, 100)).containsEntry("A", 50).containsEntry("B", 50);
    assertThat(turns.lookedAt).as("for 100 starts").isLessThan(300);
  }

  /**
   * Two tenants that always have a call to make get tokens by their weights, but for one call each,
   * whatever other tenants do.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldKeepTenantsTogetherWhateverOthersDo(long seed) {
    Random dice = new Random(seed);
    Turns weighted = new Turns(loop, doors, SampleTenants.users(weight("B", 3)));
    Map<String, Double> had = new HashMap<>(Map.of("A", 0.0, "B", 0.0));
    for (int i = 0; i < 3_000; i++) {
      weighted.add("A/" + i + "/" + (1 + dice.nextInt(1_000)) + "@A" + dice.nextInt(20));
      weighted.add("B/" + i + "/" + (1 + dice.nextInt(1_000)) + "@B" + dice.nextInt(3));
    }
    for (int step = 0; step < 4_000; step++) {
      switch (dice.nextInt(8)) {
        case 0 -> doors.shut.add("C" + dice.nextInt(5));
        case 1 -> doors.shut.clear();
        case 2 -> loop.advance(Duration.ofMillis(dice.nextInt(1_500)));
        case 3 -> weighted.add("C" + dice.nextInt(9) + "/x/500@C" + dice.nextInt(5));
        default -> {
          String[] parts = next(weighted).split("/", -1);
          had.merge(parts[0], Double.parseDouble(parts[2]), Double::sum);
        }
      }
      assertThat(Math.abs(had.getOrDefault("A", 0.0) - had.getOrDefault("B", 0.0) / 3))
          .isLessThanOrEqualTo(1_000 + 1_000 / 3.0);
    }
  }

  private void areAboutEqual(Map<String, Integer> started) {
    assertThat(started.values().stream().mapToInt(count -> count).max().orElseThrow())
        .isLessThanOrEqualTo(
            2 + started.values().stream().mapToInt(count -> count).min().orElseThrow());
  }

  /** Adds requests of a tenant, spread over lanes of its own. */
  private static void add(Turns turns, String tenant, int count, int tokens, int lanes) {
    for (int i = 0; i < count; i++) {
      turns.add(tenant + "/" + i + "/" + tokens + "@" + tenant + i % lanes);
    }
  }

  private static Map<String, Integer> started(Turns turns, int count) {
    List<String> started = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      started.add(next(turns));
    }
    return byTenant(started);
  }

  private static String next(Turns turns) {
    String id = turns.next();
    assertThat(id).as("a request that may start").isNotNull();
    return String.valueOf(id);
  }

  private static Map<String, Integer> byTenant(List<String> started) {
    Map<String, Integer> count = new TreeMap<>();
    started.forEach(id -> count.merge(id.substring(0, id.indexOf('/')), 1, Integer::sum));
    return count;
  }

  /** Lanes that may be shut. */
  private static final class Doors implements Admission {

    private final Set<String> shut = new HashSet<>();

    @Override
    public String lane(CompletionCall call) {
      return call.scope().credential();
    }

    @Override
    public long admit(CompletionCall call) {
      return shut.contains(lane(call)) ? UNTIL_A_CALL_ENDS : 0;
    }

    @Override
    public AttemptCost ended(CompletionCall call, AttemptResult result) {
      return AttemptCost.ATTEMPT;
    }
  }
}

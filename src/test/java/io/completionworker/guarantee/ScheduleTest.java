// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void shouldSayTheSameAgainForTheSameSeed() {
    Schedule schedule = Schedule.ofBrokers(7);
    Schedule again = Schedule.ofBrokers(7);

    assertThat(again.conditions()).isEqualTo(schedule.conditions());
    assertThat(again.next()).isEqualTo(schedule.next());
    assertThat(again.next()).isEqualTo(schedule.next());
  }

  @Test
  void shouldSaySomethingElseForAnotherSeed() {
    assertThat(Schedule.ofInstances(7).next()).isNotEqualTo(Schedule.ofInstances(8).next());
  }

  @Test
  void shouldHaveTheFaultsOfInstancesOnceAndEveryWeatherInARound() {
    Schedule schedule = Schedule.ofInstances(7);
    int steps = schedule.next().size();
    List<Step> round = schedule.next();

    assertThat(round)
        .extracting(Step::fault)
        .containsExactlyInAnyOrderElementsOf(Fault.ofInstances());
    assertThat(round).extracting(Step::weather).contains(Weather.values());
    assertThat(round.get(0).number()).isEqualTo(steps + 1);
  }

  @Test
  void shouldHaveTheFaultsOfBrokersOnceAndEveryWeatherInARound() {
    List<Step> round = Schedule.ofBrokers(7).next();

    assertThat(round).extracting(Step::fault).containsAll(Fault.ofBrokers());
    assertThat(round).extracting(Step::fault).doesNotHaveDuplicates();
    assertThat(round).extracting(Step::fault).containsAnyElementsOf(Fault.ofNetwork());
    assertThat(round).extracting(Step::weather).contains(Weather.values());
  }

  @Test
  void shouldEndNoProcessInTheRunOfTheNetwork() {
    assertThat(Schedule.ofNetwork(7).next())
        .extracting(Step::fault)
        .containsAll(Fault.ofNetwork())
        .contains(Fault.PRODUCERS_FENCED)
        .hasSize(Fault.ofNetwork().size() + 1);
  }

  @Test
  void shouldHaveEveryFaultInTheRunsOfTheBuild() {
    List<Step> steps = new ArrayList<>(Schedule.ofInstances(Asked.SEED).next());
    steps.addAll(Schedule.ofBrokers(Asked.SEED).next());
    steps.addAll(Schedule.ofNetwork(Asked.SEED).next());

    assertThat(steps).extracting(Step::fault).contains(Fault.values());
  }
}

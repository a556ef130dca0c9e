// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  @Test
  void shouldSayTheSameAgainForTheSameSeed() {
    Schedule schedule = new Schedule(7);
    Schedule again = new Schedule(7);

    assertThat(again.conditions()).isEqualTo(schedule.conditions());
    assertThat(again.next()).isEqualTo(schedule.next());
    assertThat(again.next()).isEqualTo(schedule.next());
  }

  @Test
  void shouldSaySomethingElseForAnotherSeed() {
    assertThat(new Schedule(7).next()).isNotEqualTo(new Schedule(8).next());
  }

  @Test
  void shouldHaveEveryFaultOnceAndEveryWeatherInARound() {
    Schedule schedule = new Schedule(7);
    schedule.next();
    List<Step> round = schedule.next();

    assertThat(round).extracting(Step::fault).containsExactlyInAnyOrder(Fault.values());
    assertThat(round).extracting(Step::weather).contains(Weather.values());
    assertThat(round.get(0).number()).isEqualTo(Fault.values().length + 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.fixtures.ManualLoop;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FlightStatesTest {

  private static final Path PAGE = Path.of("src/docs/architecture.md");

  @ParameterizedTest
  @EnumSource
  void shouldBeLeftAtAnyTimeAndNeverComeBackFromTheEnd(FlightState state) {
    assertThat(state.next().isEmpty()).isEqualTo(state == FlightState.GONE);
    assertThat(state == FlightState.GONE || state.next().contains(FlightState.GONE)).isTrue();
    assertThat(state.next()).doesNotContain(state);
  }

  @Test
  void shouldReachEveryStateFromTheFirst() {
    Set<FlightState> reached = EnumSet.of(FlightState.READING);
    Deque<FlightState> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (FlightState next : open.remove().next()) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }

    assertThat(reached).containsExactlyInAnyOrder(FlightState.values());
  }

  @Test
  void shouldNotDeliverTheSameOutcomeTwice() {
    Flight flight =
        new SampleFlights(new ManualLoop()).begin(new RecordPosition("requests", 0, 7), null);
    flight.become(FlightState.WRITING);
    flight.become(FlightState.DONE);

    assertThatThrownBy(() -> flight.become(FlightState.RUNNING))
        .hasMessage("requests-0-7 cannot become RUNNING from DONE");
    assertThat(flight.is(FlightState.DONE)).isTrue();
  }

  @Test
  void shouldBeOnThePageAsTheyAre() throws Exception {
    String table =
        List.of(FlightState.values()).stream()
            .map(
                state ->
                    "| `%s` | %s | %s |"
                        .formatted(
                            state,
                            state.meaning(),
                            state.next().stream()
                                .map(next -> "`" + next + "`")
                                .collect(Collectors.joining(", "))))
            .collect(Collectors.joining("\n", "| State | Means | Then |\n|---|---|---|\n", "\n"));

    assertThat(Files.readString(PAGE)).contains(table);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.async.dispatch.Flight.State;
import io.completionworker.completion.Progress;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.SourceRecord;
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
  void shouldBeLeftAtAnyTimeAndNeverComeBackFromTheEnd(State state) {
    assertThat(state.next().isEmpty()).isEqualTo(state == State.GONE);
    assertThat(state == State.GONE || state.next().contains(State.GONE)).isTrue();
    assertThat(state.next()).doesNotContain(state);
  }

  @Test
  void shouldReachEveryStateFromTheFirst() {
    Set<State> reached = EnumSet.of(State.READING);
    Deque<State> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (State next : open.remove().next()) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }

    assertThat(reached).containsExactlyInAnyOrder(State.values());
  }

  @Test
  void shouldNotDeliverTheSameOutcomeTwice() {
    Flight flight = flight();
    flight.become(State.WRITING);
    flight.become(State.DONE);

    assertThatThrownBy(() -> flight.become(State.RUNNING))
        .hasMessage("requests-0-7 cannot become RUNNING from DONE");
    assertThat(flight.is(State.DONE)).isTrue();
  }

  @Test
  void shouldBeOnThePageAsTheyAre() throws Exception {
    String table =
        List.of(State.values()).stream()
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

  private static Flight flight() {
    RecordPosition position = new RecordPosition("requests", 0, 7);
    SourceRecord source = new SourceRecord(position, null, null, List.of(), 0, 0, 0);
    ManualLoop loop = new ManualLoop();
    TaskOutbox task =
        new TaskOutbox(
            new StreamThreadGate(Thread.currentThread(), new OpenTransaction(done -> {})), 1, 0);
    return new Flight(task, source, null, false, new Tally(Progress.NONE), loop);
  }
}

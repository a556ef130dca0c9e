// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.gateway.connection.ConnectionPacer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConnectionPacerTest {

  private final ConnectionPacer pace = new ConnectionPacer();
  private final List<ConnectionPacer.Call> gone = new ArrayList<>();

  @Test
  void shouldOpenOneConnectionFirst() {
    admit(50);

    assertThat(gone).hasSize(1);
  }

  @Test
  void shouldLetGoWhatAConnectionCarries() {
    admit(50);
    open(0, 20);

    // 20 on the connection, and one for the next connection
    assertThat(gone).hasSize(21);
  }

  @Test
  void shouldOpenAsManyAsAreOpen() {
    admit(50);
    int opener = 0;
    List<Integer> steps = new ArrayList<>();
    while (gone.size() < 50) {
      int openers = gone.size();
      for (; opener < openers; opener++) {
        open(opener, 1);
      }
      steps.add(gone.size());
    }

    assertThat(steps).containsExactly(2, 4, 8, 16, 32, 50);
  }

  @Test
  void shouldNotOpenMoreThanThoseThatWaitWillNeed() {
    IntStream.range(0, 8).forEach(connection -> pace.opened(10));

    admit(100);

    // 80 have room, and of 20 that do not two open connections for all
    assertThat(gone).hasSize(82);
  }

  @Test
  void shouldTryTheNextWhenAConnectionFails() {
    admit(3);
    for (int call = 0; call < 3; call++) {
      assertThat(gone).hasSize(call + 1);
      gone.get(call).connected();
      gone.get(call).ended();
    }
  }

  @Test
  void shouldGoOnWhenACallEndsWithoutAWordOfItsConnection() {
    admit(2);

    gone.get(0).ended();
    gone.get(0).connected();
    gone.get(0).ended();

    assertThat(gone).hasSize(2);
  }

  @Test
  void shouldLetTheNextGoWhenACallEnds() {
    admit(3);
    open(0, 1);
    assertThat(gone).hasSize(2);

    gone.get(0).ended();

    assertThat(gone).hasSize(3);
  }

  @Test
  void shouldForgetACallThatEndsBeforeItGoes() {
    admit(1);
    ConnectionPacer.Call waiting = pace.admit(gone::add);
    waiting.ended();
    open(0, 10);

    assertThat(gone).hasSize(1);
  }

  @Test
  void shouldBeginAgainWhenAllConnectionsAreClosed() {
    admit(20);
    open(0, 20);
    pace.closed(20);
    List.copyOf(gone).forEach(ConnectionPacer.Call::ended);
    gone.clear();

    admit(20);

    assertThat(gone).hasSize(1);
  }

  private void admit(int calls) {
    for (int call = 0; call < calls; call++) {
      pace.admit(gone::add);
    }
  }

  private void open(int opener, long calls) {
    pace.opened(calls);
    gone.get(opener).connected();
  }
}

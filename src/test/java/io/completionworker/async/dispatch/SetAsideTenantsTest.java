// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static io.completionworker.fixtures.SampleControls.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.control.Selector;
import io.completionworker.fixtures.SampleControls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a tenant has too much of is set aside, so that those behind it are read and called. */
class SetAsideTenantsTest {

  private static final int MOST = 32;
  private static final int TOGETHER = 64;

  private final Stage stage = new Stage(2, false, MOST, TOGETHER, List.of());
  private final TaskOutbox task = stage.open();
  private long offset;

  @Test
  void shouldReadOnHoweverManyRequestsOfOneTenantComeFirst() {
    accept("A", 1_000);

    assertThat(stage.quota.parked()).isEqualTo(1_000 - MOST);
    assertThat(stage.quota.excused()).isEqualTo(1_000 - MOST);
    assertThat(stage.satisfied()).as("another tenant may be behind them").isFalse();
  }

  @Test
  void shouldCallATenantBehindALongBacklogInItsTurn() {
    accept("A", 1_000);
    accept("B", 3);

    for (int i = 0; i < 6; i++) {
      stage.answer(stage.client.open().get(0));
    }

    assertThat(stage.client.started()).contains("B/0", "B/1", "B/2").hasSize(8);
  }

  @Test
  void shouldTakeRequestsBackInOrderAndDecodeNoneMoreThanTwice() {
    accept("A", 500);

    answerAll();

    assertThat(stage.client.started()).containsExactlyElementsOf(ids("A", 500));
    assertThat(stage.codec.reads()).isLessThanOrEqualTo(2 * 500);
  }

  @Test
  void shouldDivideTheRoomAmongTenants() {
    for (String tenant : List.of("A", "B", "C", "D")) {
      accept(tenant, 100);
    }

    assertThat(400 - stage.quota.parked())
        .as("the first ones keep what they had before the others came")
        .isBetween(TOGETHER, TOGETHER + MOST);
    answer(200);

    assertThat(stage.dispatcher.waiting().byTenant().keySet()).hasSize(4);
    assertThat(200 - stage.quota.parked()).as("at hand").isBetween(TOGETHER / 2, TOGETHER);
    answerAll();
    assertThat(stage.client.started()).hasSize(400);
  }

  @Test
  void shouldDivideTheRoomOfATenantAmongItsLanes() {
    for (int i = 0; i < 1_000; i++) {
      stage.accept(task, offset++, "A/" + i + "@lane" + i % 20);
    }

    assertThat(1_000 - stage.quota.parked()).as("at hand").isBetween(MOST, TOGETHER + 20);
    answerAll();
    assertThat(stage.client.started()).hasSize(1_000);
  }

  @Test
  void shouldTakeSeveralBackWhenTheOtherTenantsHaveLeft() {
    for (int tenant = 0; tenant < 8; tenant++) {
      accept("other" + tenant, 8);
    }
    accept("A", 100);
    assertThat(stage.quota.parked()).isEqualTo(100 - TOGETHER / 8);

    answerAll();

    assertThat(stage.client.started()).hasSize(164);
    assertThat(stage.client.started().stream().filter(id -> id.startsWith("A/")))
        .containsExactlyElementsOf(ids("A", 100));
  }

  @Test
  void shouldKeepTheOrderOfAKey() {
    Stage ordered = new Stage(2, true, 4, 8, List.of());
    TaskOutbox own = ordered.open();
    for (int i = 0; i < 60; i++) {
      ordered.accept(own, i, "key" + i % 30, "A/" + i, false);
    }
    ordered.accept(own, 60, "key", "B/0", false);
    while (!ordered.client.open().isEmpty()) {
      ordered.answer(ordered.client.open().get(0));
    }

    List<String> started = ordered.client.started();
    assertThat(started).hasSize(61);
    for (int key = 0; key < 30; key++) {
      assertThat(started.indexOf("A/" + key)).isLessThan(started.indexOf("A/" + (key + 30)));
    }
  }

  @Test
  void shouldCancelWhatWasSetAside() {
    accept("A", 200);
    accept("B", 5);

    stage.cancel(user("A"));

    assertThat(stage.emitted(task)).hasSize(200).allMatch(line -> line.endsWith(" CANCELLED"));
    assertThat(stage.client.cancelled()).containsExactly("A/0", "A/1");
    assertThat(stage.quota.parked()).isZero();
    answerAll();
    assertThat(stage.client.started()).endsWith("B/3", "B/4");
  }

  @Test
  void shouldPauseWhatWasSetAsideAndTakeItBackInOrder() {
    accept("A", 200);
    stage.control(SampleControls.pause("pause-1", user("A")));
    accept("B", 4);
    answer(6);
    assertThat(stage.client.started()).hasSize(6).endsWith("B/3");
    assertThat(stage.client.open()).isEmpty();

    stage.withdraw("pause-1");
    answerAll();

    assertThat(stage.client.started().stream().filter(id -> id.startsWith("A/")))
        .containsExactlyElementsOf(ids("A", 200));
  }

  @Test
  void shouldCancelOneRequestThatWasSetAside() {
    accept("A", 200);

    stage.cancel(request("A/150"));
    answerAll();

    assertThat(stage.client.started()).hasSize(199).doesNotContain("A/150");
  }

  @Test
  void shouldEndADeadlineOfWhatWasSetAside() {
    accept("A", 100);
    long deadline = stage.loop.millis() + Duration.ofSeconds(5).toMillis();
    stage.accept(task, offset++, "A/late!" + deadline);

    stage.advance(Duration.ofSeconds(6));

    assertThat(stage.emitted(task)).containsExactly("A/late DEADLINE_EXCEEDED");
  }

  @Test
  void shouldCountCallsAndWaitingRequestsByTenant() {
    accept("A", 100);
    accept("B", 10);
    stage.accept(task, offset++, "nobody");
    answer(10);

    assertThat(stage.dispatcher.waiting().byTenant())
        .isEqualTo(Map.of("A", 94, "B", 5)); // the one of nobody was called, too
    assertThat(calls("A") + calls("B") + calls("(none)")).isEqualTo(12);
    assertThat(calls("B")).isEqualTo(5);
  }

  private double calls(String tenant) {
    return stage
        .registry
        .get("completion.worker.tenant.calls")
        .tag("tenant", tenant)
        .counter()
        .count();
  }

  private static Selector user(String name) {
    return new Selector(null, null, null, name, null, null, Map.of());
  }

  private void accept(String tenant, int count) {
    for (int i = 0; i < count; i++) {
      stage.accept(task, offset++, tenant + "/" + i);
    }
  }

  private void answer(int count) {
    for (int i = 0; i < count; i++) {
      stage.answer(stage.client.open().get(0));
    }
  }

  private void answerAll() {
    while (!stage.client.open().isEmpty()) {
      stage.answer(stage.client.open().get(0));
    }
  }

  private static List<String> ids(String tenant, int count) {
    return IntStream.range(0, count).mapToObj(i -> tenant + "/" + i).toList();
  }
}

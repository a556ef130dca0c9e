// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.Choice;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.ResponseMessage;
import io.completionworker.completion.Answer;
import io.completionworker.completion.Answer.Served;
import io.completionworker.completion.CompletionCall.CacheKey;
import io.completionworker.config.CacheConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered, for how long, and how much of it. */
class AnswerMemoryTest {

  private static final int MOST = 100_000;
  private static final Duration TTL = Duration.ofMinutes(1);

  private long now;

  private final AnswerMemory<String> memory =
      new AnswerMemory<>(
          new CacheConfig(TTL, MOST, CacheConfig.Scope.CREDENTIAL),
          () -> now,
          (who, called) -> !(who.startsWith("fast") && called.startsWith("slow")));

  @Test
  void shouldMarkWhatItGivesAgainAndLeaveOutWhatWasOfTheFirstCall() {
    answer("a", "q", "stop", 10);
    Answer again = Objects.requireNonNull(memory.ask("b", key("q")));

    assertThat(again.served().cacheHit()).isTrue();
    assertThat(again.gateway().getCacheStatus()).isEqualTo(Served.WORKER_HIT);
    assertThat(again.gateway().getProvider()).isEqualTo("openai");
    assertThat(again.gateway().getRequestId()).isNull();
    assertThat(again.gateway().getTraceId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stop",
        "length",
        "tool_calls",
        "function_call",
        "STOP",
        "MAX_TOKENS",
        "COMPLETE",
        "eos",
        "end_turn",
        "stop_sequence",
        "tool_use"
      })
  void shouldRememberAnAnswerThatEndedAsItShould(String finish) {
    answer("a", "q", finish, 10);
    assertThat(memory.ask("b", key("q"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"content_filter", "SAFETY", "error", "none"})
  void shouldNotRememberAnAnswerThatDidNot(String finish) {
    answer("a", "q", finish.equals("none") ? null : finish, 10);
    assertThat(memory.ask("b", key("q"))).isNull();
    assertThat(memory.bytes()).isZero();
  }

  @Test
  void shouldForgetAnswersBeyondItsBound() {
    for (int i = 0; i < 100; i++) {
      answer("a" + i, "q" + i, "stop", 1_000);
    }
    assertThat(memory.bytes()).isPositive().isLessThanOrEqualTo(MOST);
  }

  @Test
  void shouldNotRememberAnAnswerThatIsLargerThanItsBound() {
    answer("a", "q", "stop", MOST);
    assertThat(memory.ask("b", key("q"))).isNull();
    assertThat(memory.bytes()).isZero();
  }

  @Test
  void shouldRememberNothingWithoutAKeyOrWhenOff() {
    assertThat(memory.ask("a", null)).isNull();
    AnswerMemory<String> off = new AnswerMemory<>(CacheConfig.OFF, () -> 0, (who, called) -> true);
    assertThat(off.ask("a", key("q"))).isNull();
    off.started("a");
    assertThat(off.mustWait("b")).isFalse();
    assertThat(off.ended("a", answer("stop", 10)).takers()).isEmpty();
    assertThat(off.bytes()).isZero();
  }

  @Test
  void shouldReleaseThoseThatWaitWhenTheLastOpenCallHasFailed() {
    for (String who : List.of("a", "b", "c")) {
      assertThat(memory.ask(who, key("q"))).isNull();
    }
    memory.started("a");
    assertThat(memory.mustWait("b")).isTrue();
    assertThat(memory.mustWait("c")).isTrue();
    assertThat(memory.waiting()).containsExactlyInAnyOrder("b", "c");
    memory.left("b");

    AnswerMemory.Ended<String> ended = memory.ended("a", null);
    assertThat(ended.answer()).isNull();
    assertThat(ended.takers()).isEmpty();
    assertThat(ended.released()).as("b is gone").containsExactly("c");
    assertThat(memory.mustWait("c")).isFalse();
  }

  @Test
  void shouldWaitOnlyForCallsThatOneMayWaitFor() {
    List<String> all = List.of("slow-1", "slow-2", "fast-1", "fast-2");
    all.forEach(who -> memory.ask(who, key("q")));
    memory.started("slow-1");
    assertThat(memory.mustWait("slow-2")).isTrue();
    assertThat(memory.mustWait("fast-1")).isFalse();
    memory.started("fast-1");
    assertThat(memory.mustWait("fast-2")).as("another fast one is called").isTrue();

    assertThat(memory.ended("fast-1", null).released())
        .as("slow-1 is still called")
        .containsExactly("fast-2");
    memory.started("fast-2");
    AnswerMemory.Ended<String> ended = memory.ended("fast-2", answer("stop", 10));
    assertThat(ended.released()).containsExactly("slow-2");
    assertThat(ended.takers()).as("all that are not called").containsExactly("slow-2", "fast-1");
    assertThat(memory.ended("slow-1", null).released()).isEmpty();
  }

  @Test
  void shouldKnowAnAskerWhoseWaitWasEnded() {
    List.of("a", "b").forEach(who -> memory.ask(who, key("q")));
    memory.started("a");
    assertThat(memory.mustWait("b")).isTrue();

    memory.stopsWaiting("b");

    assertThat(memory.waits("b")).isFalse();
    assertThat(memory.mustWait("b")).isTrue();
    assertThat(memory.ended("a", answer("stop", 10)).takers()).containsExactly("b");
  }

  @Test
  void shouldNotCallOneAtATimeWhenAnswersAreForOneAlone() {
    for (String who : List.of("a", "b", "c")) {
      memory.ask(who, key("q"));
    }
    memory.started("a");
    assertThat(memory.mustWait("b")).isTrue();
    assertThat(memory.mustWait("c")).isTrue();
    assertThat(memory.ended("a", answer("content_filter", 10)).released())
        .containsExactly("b", "c");
    memory.started("b");
    assertThat(memory.mustWait("c")).isFalse();

    memory.ended("b", answer("stop", 10));
    now += TTL.toNanos();
    memory.ask("d", key("q"));
    memory.started("d");
    assertThat(memory.mustWait("c")).as("after one that was remembered").isTrue();
  }

  @Test
  void shouldMakeOthersWaitAgainWhenTheTimeOfAnAnswerHasPassed() {
    for (String who : List.of("a", "b", "c")) {
      memory.ask(who, key("q"));
    }
    memory.started("a");
    memory.ended("a", answer("content_filter", 10));
    memory.started("b");
    assertThat(memory.mustWait("c")).isFalse();

    now += TTL.toNanos();
    assertThat(memory.mustWait("c")).isTrue();
  }

  @Test
  void shouldCallMoreAndMoreTogetherWhileCallsFail() {
    List<String> all = IntStream.range(0, 20).mapToObj(i -> "r-" + i).toList();
    all.forEach(who -> memory.ask(who, key("q")));
    Deque<String> left = new ArrayDeque<>(all);
    List<Integer> together = new ArrayList<>();
    while (!left.isEmpty()) {
      List<String> called = new ArrayList<>();
      while (!left.isEmpty() && !memory.mustWait(left.peekFirst())) {
        memory.started(left.peekFirst());
        called.add(left.removeFirst());
      }
      together.add(called.size());
      called.forEach(who -> memory.ended(who, null));
      called.forEach(memory::left);
    }
    assertThat(together).containsExactly(1, 1, 2, 4, 8, 4);
  }

  private void answer(String who, String question, @Nullable String finish, int length) {
    memory.ask(who, key(question));
    memory.started(who);
    memory.ended(who, answer(finish, length));
    memory.left(who);
  }

  private static CacheKey key(String hash) {
    return new CacheKey(hash, false);
  }

  private static Answer answer(@Nullable String finish, int length) {
    Choice choice =
        Choice.newBuilder()
            .setIndex(0)
            .setMessage(ResponseMessage.newBuilder().setContent("Hello.").build())
            .setFinishReason(finish)
            .build();
    GatewayDetails gateway =
        GatewayDetails.newBuilder()
            .setStatus(200)
            .setProvider("openai")
            .setRequestId("first")
            .setTraceId("first")
            .build();
    return new Answer(
        "id", 1, "model", List.of(choice), null, null, null, gateway, "x".repeat(length));
  }
}

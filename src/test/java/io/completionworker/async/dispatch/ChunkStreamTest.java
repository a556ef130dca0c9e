// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.chunk.ChunkStream;
import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.fixtures.Results;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkStreamTest {

  private static final Duration INTERVAL = Stage.CHUNKS.interval();

  private final Stage stage = new Stage(10, false);
  private final TaskOutbox task = stage.open();
  private int resumed;

  private boolean delta(String requestId, String name, int bytes) {
    boolean room =
        stage.client.delta(
            requestId, new ChunkDelta(name, null, 0, List.of(), null, 1, bytes), () -> resumed++);
    stage.loop.run();
    return room;
  }

  /** The second of these is one too many to wait. */
  private void fill(String first, String second) {
    delta("r", first, 11);
    assertThat(delta("r", second, 11)).as("22 of 20 bytes wait").isFalse();
  }

  @Test
  void shouldSendTheFirstDeltaAtOnceAndGroupTheOthers() {
    stage.accept(task, 0, "r~");

    delta("r", "a", 1);
    assertThat(stage.emitted(task)).containsExactly("r attempt 1 chunk 0: a");

    delta("r", "b", 1);
    delta("r", "c", 1);
    assertThat(stage.emitted(task)).isEmpty();
    stage.advance(INTERVAL);
    assertThat(stage.emitted(task)).containsExactly("r attempt 1 chunk 1: b c");
  }

  @Test
  void shouldSendAGroupThatIsLargeWithoutWaiting() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    delta("r", "b", 4);
    delta("r", "c", 6);

    assertThat(stage.emitted(task))
        .containsExactly("r attempt 1 chunk 0: a", "r attempt 1 chunk 1: b c");
  }

  @Test
  void shouldPutTheLastChunkBeforeTheOutcome() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    delta("r", "b", 1);
    stage.answer("r");

    assertThat(stage.emitted(task))
        .containsExactly("r attempt 1 chunk 0: a", "r attempt 1 chunk 1: b last", "r attempts 1");
    assertThat(stage.dispatcher.drained()).isTrue();
  }

  @Test
  void shouldMarkTheEndEvenWhenNothingIsLeft() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    stage.answer("r");

    assertThat(stage.emitted(task))
        .containsExactly("r attempt 1 chunk 0: a", "r attempt 1 chunk 1: last", "r attempts 1");
  }

  @Test
  void shouldWriteNoChunkOfAnAttemptWithoutDeltas() {
    stage.accept(task, 0, "r~");
    stage.end("r", Results.badRequest());

    assertThat(stage.emitted(task)).containsExactly("r BAD_REQUEST");
  }

  @Test
  void shouldNumberTheChunksOfTheNextAttemptAnew() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    stage.end("r", Results.serverError());
    stage.advance(Duration.ofSeconds(2));
    delta("r", "b", 1);
    stage.answer("r");

    assertThat(stage.emitted(task))
        .containsExactly(
            "r attempt 1 chunk 0: a",
            "r attempt 1 chunk 1: last",
            "r attempt 2 chunk 0: b",
            "r attempt 2 chunk 1: last",
            "r attempts 2");
  }

  @Test
  void shouldNotShareANumberBetweenAttemptsThatCostNothing() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    stage.end("r", Results.unauthorized());
    stage.advance(Duration.ofSeconds(11));
    delta("r", "b", 1);

    assertThat(stage.emitted(task)).contains("r attempt 2 chunk 0: b");
  }

  @Test
  void shouldHoldTheStreamBackUntilChunksAreEmitted() {
    stage.accept(task, 0, "r~");
    assertThat(delta("r", "a", 11)).isTrue();
    assertThat(delta("r", "b", 11)).as("22 of 20 bytes wait").isFalse();
    assertThat(resumed).isZero();

    stage.emitted(task);

    assertThat(resumed).isEqualTo(1);
    assertThat(delta("r", "c", 11)).isTrue();
  }

  @Test
  void shouldTakeNoChunkOfAnEarlierAttemptForOneOfItsOwn() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    stage.end("r", Results.serverError());
    stage.advance(Duration.ofSeconds(2));
    delta("r", "b", 11);
    assertThat(delta("r", "c", 11)).as("22 of 20 bytes wait").isFalse();

    stage.emitOne(task);
    stage.emitOne(task);
    assertThat(resumed).as("these two were of the first attempt").isZero();

    stage.emitted(task);
    assertThat(resumed).isEqualTo(1);
  }

  @Test
  void shouldNotCountAChunkTwiceThatIsEmittedAfterItsStreamLostPatience() {
    stage.accept(task, 0, "r~");
    fill("a", "b");
    stage.advance(Duration.ofNanos(ChunkStream.PATIENCE_NANOS));
    assertThat(resumed).isEqualTo(1);
    fill("c", "d");

    stage.emitOne(task);
    stage.emitOne(task);
    assertThat(resumed).as("these two count no more").isEqualTo(1);

    stage.emitted(task);
    assertThat(resumed).isEqualTo(2);
  }

  @Test
  void shouldSendAllOfAnAttemptAgainWhenAnotherTaskAdoptsIt() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 1);
    stage.emitted(task);
    stage.close(task);
    delta("r", "b", 11);
    TaskOutbox next = stage.open();
    stage.accept(next, 0, null, "r~", true);
    stage.answer("r");

    assertThat(stage.emitted(next))
        .containsExactly(
            "r attempt 1 chunk 0: a",
            "r attempt 1 chunk 1: b",
            "r attempt 1 chunk 2: last",
            "r attempts 1");
  }

  @Test
  void shouldNotStallAStreamThatNobodyOwns() {
    stage.accept(task, 0, "r~");
    stage.close(task);

    for (int i = 0; i < 10; i++) {
      delta("r", "d" + i, 11);
    }

    assertThat(delta("r", "e", 1)).isTrue();
  }

  @Test
  void shouldKeepTheOrderWhileTheRegistryIsDown() {
    stage.accept(task, 0, "r~");
    stage.codec.registryDown(true);
    delta("r", "a", 1);
    delta("r", "b", 11);
    delta("r", "c", 11);
    stage.answer("r");
    assertThat(stage.client.open()).isEmpty();
    assertThat(stage.dispatcher.drained()).isFalse();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.emitted(task))
        .containsExactly("r attempt 1 chunk 0: a", "r attempt 1 chunk 1: b c last", "r attempts 1");
  }

  @Test
  void shouldLetAStreamGoOnWhoseTaskGoesWhileItWaits() {
    stage.accept(task, 0, "r~");
    fill("a", "b");

    stage.close(task);

    assertThat(resumed).isEqualTo(1);
  }

  @Test
  void shouldHaveRoomForAsMuchAsBeforeAfterItWasAdopted() {
    stage.accept(task, 0, "r~");
    delta("r", "a", 11);
    delta("r", "b", 11);
    stage.close(task);
    TaskOutbox next = stage.open();
    stage.accept(next, 0, null, "r~", true);
    stage.emitted(next);

    for (int i = 2; i < 5; i++) {
      fill("c", "d");
      stage.emitted(next);
      assertThat(resumed).isEqualTo(i);
    }
  }

  @Test
  void shouldNotForgetAGroupWhoseTimePassedWhileTheOneBeforeItWasEncoded() {
    stage.accept(task, 0, "r~");
    stage.codec.registryDown(true);
    delta("r", "a", 1);
    delta("r", "b", 1);
    stage.advance(INTERVAL);
    stage.codec.registryDown(false);
    stage.advance(Duration.ofSeconds(3));

    assertThat(stage.emitted(task))
        .containsExactly("r attempt 1 chunk 0: a", "r attempt 1 chunk 1: b");
  }

  @Test
  void shouldNotHoldTheStreamBackForEverWhenItsTaskEmitsNothing() {
    stage.accept(task, 0, "r~");
    fill("a", "b");
    stage.advance(Duration.ofNanos(ChunkStream.PATIENCE_NANOS).minusMillis(1));
    assertThat(resumed).isZero();

    stage.advance(Duration.ofMillis(1));

    assertThat(resumed).isEqualTo(1);
    delta("r", "c", 11);
    assertThat(delta("r", "d", 11)).as("and no more than once more").isFalse();
    stage.advance(Duration.ofMillis(1));
    assertThat(resumed).isEqualTo(1);
    stage.answer("r");
    assertThat(stage.emitted(task)).hasSize(6).last().isEqualTo("r attempts 1");
  }

  @Test
  void shouldHoldTheStreamBackAsLongAsTheRegistryIsDown() {
    stage.accept(task, 0, "r~");
    stage.codec.registryDown(true);
    fill("a", "b");

    stage.advance(Duration.ofMinutes(1));
    assertThat(resumed).as("what is not encoded takes far more memory").isZero();

    stage.codec.registryDown(false);
    stage.advance(Duration.ofNanos(ChunkStream.PATIENCE_NANOS).plusSeconds(1));
    assertThat(resumed).isEqualTo(1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.fixtures.ManualLoop;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoopViewTest {

  private static final Duration FRESH = Duration.ofMillis(250);

  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void shouldSeeWhatTheLoopSeesWhenItIsAsked() {
    try (DispatchLoop loop = new DispatchLoop(LoopViewTest::fail)) {
      LoopView<Thread> view = new LoopView<>(loop, Thread::currentThread, Thread.currentThread());

      await().until(() -> view.now().getName().equals("completion-dispatcher"));
    }
  }

  @Test
  void shouldLookOnceForAllWhoAskAtTheSameTimeAndAgainLater() {
    ManualLoop loop = new ManualLoop();
    LoopView<Integer> view = new LoopView<>(loop, looks::incrementAndGet, 0);

    assertThat(view.now()).as("nobody has looked").isZero();
    loop.run();
    IntStream.range(0, 50).forEach(i -> assertThat(view.now()).isEqualTo(1));
    loop.run();
    assertThat(looks).hasValue(1);

    loop.advance(FRESH);
    assertThat(view.now()).as("what was seen last").isEqualTo(1);
    loop.run();
    assertThat(view.now()).isEqualTo(2);
  }

  /** A scrape has dozens of gauges, and each would wait. */
  @Test
  @Timeout(20)
  void shouldWaitOnlyOnceForALoopThatDoesNotAnswer() {
    CountDownLatch stuck = new CountDownLatch(1);
    try (DispatchLoop loop = new DispatchLoop(LoopViewTest::fail)) {
      loop.execute(() -> hold(stuck));
      LoopView<Integer> view = new LoopView<>(loop, looks::incrementAndGet, 0);

      IntStream.range(0, 1_000).forEach(i -> assertThat(view.now()).isZero());

      stuck.countDown();
      await().until(() -> view.now() > 0);
    }
  }

  @Test
  void shouldBeAskedAgainAfterALookThatFailed() {
    try (DispatchLoop loop = new DispatchLoop(LoopViewTest::fail)) {
      LoopView<Integer> view =
          new LoopView<>(
              loop,
              () -> {
                if (looks.incrementAndGet() == 1) {
                  throw new IllegalStateException("the first look fails");
                }
                return looks.get();
              },
              0);

      assertThat(view.now()).isZero();
      await().until(() -> view.now() >= 2);
    }
  }

  private static void hold(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void fail(Throwable error) {
    throw new AssertionError(error);
  }
}

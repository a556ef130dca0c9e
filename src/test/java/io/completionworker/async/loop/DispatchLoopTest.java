// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatchLoopTest {

  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  private final DispatchLoop loop = new DispatchLoop(fatal::set);
  private final List<Integer> ran = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void shouldRunTasksInTheOrderTheyWereGiven() {
    for (int i = 0; i < 1_000; i++) {
      int number = i;
      loop.execute(() -> ran.add(number));
    }

    await().until(() -> ran.size() == 1_000);
    assertThat(ran).containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
  }

  @Test
  void shouldRunTimersWhenTheyAreDueAndInThatOrder() {
    long started = loop.nanos();
    loop.schedule(Duration.ofHours(1).toNanos(), () -> ran.add(3)); // holds up none of the others
    loop.schedule(-1, () -> ran.add(0));
    loop.schedule(Duration.ofMillis(30).toNanos(), () -> ran.add(1));
    loop.schedule(Duration.ofMillis(60).toNanos(), () -> ran.add(2));

    await().until(() -> ran.size() == 3);
    assertThat(ran).containsExactly(0, 1, 2);
    assertThat(loop.nanos() - started).isGreaterThanOrEqualTo(Duration.ofMillis(60).toNanos());
  }

  @Test
  void shouldGoOnAfterATaskThatThrows() {
    loop.execute(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    loop.execute(() -> ran.add(1));

    await().until(() -> ran.size() == 1);
  }

  @Test
  void shouldTellOfAnErrorThatEndsIt() {
    loop.execute(
        () -> {
          throw new OutOfMemoryError("on purpose");
        });

    // the error ends its thread, and is not for the thread that waits
    await().dontCatchUncaughtExceptions().until(() -> fatal.get() instanceof OutOfMemoryError);
  }

  @Test
  void shouldMissNoTaskThatComesWhileItFallsAsleep() throws InterruptedException {
    AtomicInteger count = new AtomicInteger();
    int threads = 4;
    int each = 20_000;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    CountDownLatch done = new CountDownLatch(threads);
    for (int t = 0; t < threads; t++) {
      executor.execute(
          () -> {
            for (int i = 0; i < each; i++) {
              loop.execute(count::incrementAndGet);
              if (i % 100 == 0) {
                LockSupport.parkNanos(1_000); // lets the loop fall asleep
              }
            }
            done.countDown();
          });
    }
    done.await();
    executor.shutdown();

    await().until(() -> count.get() == threads * each);
  }
}

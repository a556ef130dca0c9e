// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.async.codec.CodecJob.Kind;
import io.completionworker.fixtures.ManualLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Which codec jobs run on the loop, and which on the codec thread. */
class CodecThreadTest {

  private static final long SMALL = 1_000;
  private static final long LARGE = 1_000_000;

  private final ManualLoop loop = new ManualLoop();
  private final Queue<Runnable> away = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final CodecThread codec = codec(this::withoutWaiting);
  private boolean unwaiting;
  private boolean closed;

  @Test
  void shouldDoWhatIsSmallOnTheLoop() {
    codec.submit(SMALL, new Job("request", Kind.DECODE));
    codec.submit(SMALL, new Job("outcome", Kind.ENCODE));

    assertThat(done).containsExactly("request on the loop", "outcome on the loop");
    assertThat(away).isEmpty();
  }

  @Test
  void shouldDoWhatIsLargeOnTheCodecThread() {
    codec.submit(LARGE, new Job("request", Kind.DECODE));
    codec.submit(LARGE, new Job("outcome", Kind.ENCODE));
    assertThat(done).isEmpty();

    runAway();

    assertThat(done).containsExactly("request", "outcome");
  }

  @Test
  void shouldDecodeABacklogOnTheCodecThreadSoThatTheLoopStartsCallsMeanwhile() {
    loop.execute(() -> {});
    codec.submit(SMALL, new Job("request", Kind.DECODE));
    codec.submit(SMALL, new Job("outcome", Kind.ENCODE));

    assertThat(done).containsExactly("outcome on the loop");
    runAway();
    assertThat(done).contains("request");
  }

  @Test
  void shouldKeepTheOrderOfEachKind() {
    codec.submit(LARGE, new Job("large", Kind.ENCODE));
    codec.submit(SMALL, new Job("small", Kind.ENCODE));
    codec.submit(SMALL, new Job("request", Kind.DECODE));
    assertThat(done).containsExactly("request on the loop");

    runAway();
    codec.submit(SMALL, new Job("last", Kind.ENCODE));

    assertThat(done).containsExactly("request on the loop", "large", "small", "last on the loop");
  }

  @Test
  void shouldLetTheLoopGoOnWhenOneTurnBringsVeryManyJobs() {
    for (int i = 0; i < 1_000; i++) {
      codec.submit(SMALL, new Job("outcome " + i, Kind.ENCODE));
    }
    assertThat(done).hasSizeBetween(1, 100).allMatch(one -> one.endsWith("on the loop"));

    loop.run();
    runAway();
    codec.submit(SMALL, new Job("next", Kind.ENCODE));

    assertThat(done)
        .hasSize(1_001)
        .startsWith("outcome 0 on the loop")
        .endsWith("next on the loop");
    assertThat(done.get(999)).isEqualTo("outcome 999");
  }

  @Test
  void shouldAskTheRegistryOnTheCodecThread() {
    Job job = new Job("request", Kind.DECODE);
    job.known = false;
    codec.submit(SMALL, job);
    assertThat(done).isEmpty();

    job.known = true; // the codec thread may wait for it
    runAway();

    assertThat(done).containsExactly("request");
    assertThat(codec.deferred().registryMissed()).isFalse();
  }

  @Test
  void shouldSayThatTheRegistryIsMissedOnlyWhenTheCodecThreadMissedIt() {
    Job job = new Job("request", Kind.DECODE);
    job.known = false;
    codec.submit(SMALL, job);
    loop.run();
    assertThat(codec.deferred().registryMissed()).isFalse();

    runAway();
    loop.run();

    assertThat(codec.deferred().registryMissed()).isTrue();
  }

  @Test
  void shouldDoAllOnTheCodecThreadIfACoderMayWait() {
    CodecThread confluent = codec(null);
    confluent.submit(SMALL, new Job("request", Kind.DECODE));
    assertThat(done).isEmpty();

    runAway();

    assertThat(done).containsExactly("request");
  }

  @Test
  void shouldGoOnAfterAJobThatWasRefusedAtTheStop() {
    closed = true;
    codec.submit(LARGE, new Job("refused", Kind.ENCODE));
    codec.submit(SMALL, new Job("outcome", Kind.ENCODE));

    assertThat(done).containsExactly("outcome on the loop");
  }

  private CodecThread codec(@Nullable Consumer<Runnable> withoutWaiting) {
    return new CodecThread(
        loop,
        task -> {
          if (closed) {
            throw new RejectedExecutionException();
          }
          away.add(task);
        },
        withoutWaiting,
        Duration.ofSeconds(30),
        error -> {
          throw new AssertionError(error);
        },
        LoggerFactory.getLogger(CodecThreadTest.class));
  }

  private void withoutWaiting(Runnable task) {
    unwaiting = true;
    task.run();
    unwaiting = false;
  }

  private void runAway() {
    for (Runnable task = away.poll(); task != null; task = away.poll()) {
      task.run();
    }
  }

  /** A job that asks the registry. */
  private final class Job extends CodecJob {

    private final String name;
    private boolean known = true;

    Job(String name, Kind kind) {
      super(kind, () -> true);
      this.name = name;
    }

    @Override
    void run() {
      if (known) {
        done.add(unwaiting ? name + " on the loop" : name);
        codec.finished(this, () -> {});
      } else {
        codec.putOff(this, "not known");
      }
    }
  }
}

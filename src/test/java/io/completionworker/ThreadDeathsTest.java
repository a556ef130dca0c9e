// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.ThreadDeaths.Termination;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;

class ThreadDeathsTest {

  private static final int TOLERATED = 10;

  /** Close to the end of the numbers: a monotonic clock may begin anywhere. */
  private long nanos = Long.MAX_VALUE - 5;

  private final Termination ending = new Termination();
  private final ThreadDeaths deaths =
      new ThreadDeaths(() -> nanos, ending, 1, death -> Optional.empty());

  @Test
  void shouldReplaceThreadsThatDieNowAndThen() throws Exception {
    for (int i = 0; i < 10 * TOLERATED; i++) {
      assertThat(deaths.handle(new IllegalStateException("now and then")))
          .isEqualTo(REPLACE_THREAD);
      nanos += Duration.ofMinutes(10).toNanos() / TOLERATED + 1;
    }

    ending.done();
    assertThat(ending.await()).isEmpty();
  }

  @Test
  void shouldEndTheProcessWhenThreadsKeepDying() throws Exception {
    for (int i = 0; i < TOLERATED; i++) {
      assertThat(deaths.handle(new IllegalStateException("again"))).isEqualTo(REPLACE_THREAD);
    }
    nanos += Duration.ofMinutes(10).toNanos();
    IllegalStateException last = new IllegalStateException("once too often");

    assertThat(deaths.handle(last)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(ending.await()).contains(last);
  }

  @Test
  void shouldEndTheProcessAtOnceForACauseThatDoesNotPass() throws Exception {
    RuntimeException death = new IllegalStateException(new TopicAuthorizationException("topic"));

    assertThat(deaths.handle(death)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(ending.await()).contains(death);
  }

  /** Kafka Streams replaces only threads that run tasks. */
  @Test
  void shouldEndTheProcessWithTheThreadThatReadsControls() throws Exception {
    IllegalStateException death = new IllegalStateException("first");
    List<StreamThreadExceptionResponse> responses = new ArrayList<>();
    Thread global =
        new Thread(
            () -> responses.add(deaths.handle(death)),
            "completion-worker-" + UUID.randomUUID() + "-GlobalStreamThread");
    global.start();
    global.join();

    assertThat(responses).containsExactly(SHUTDOWN_CLIENT);
    assertThat(ending.await()).contains(death);
  }
}

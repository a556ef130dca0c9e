// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.AttemptResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that together are larger than what answers may take. */
@Timeout(120)
class AnswerMemoryLimitClientTest {

  private static final int CALLS = 20;
  private static final int ANSWER = 1_000_000;
  private static final long BOUND = 2_000_000;

  /** Long enough for a busy machine to go on reading within it. */
  private static final Duration IDLE = Duration.ofSeconds(4);

  /** Each may have taken a packet more when it is paused. */
  private static final long PACKETS = CALLS * 2L * 65_536;

  @RegisterExtension private final Clients clients = new Clients();
  private final AnswerMemoryLimit room = new AnswerMemoryLimit(BOUND);

  @Test
  void shouldReadThemInPartsAndLoseNone() throws Exception {
    AtomicLong most = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    Thread watch =
        new Thread(
            () -> {
              while (!over.get()) {
                most.accumulateAndGet(room.taken(), Math::max);
                Thread.onSpinWait();
              }
            });
    watch.start();
    try {
      for (CompletionStage<AttemptResult> attempt :
          attempts((settings, patience) -> settings.requestTimeout(patience))) {
        AttemptResult result = CompletionClientContract.result(attempt);
        assertThat(result).isInstanceOf(AttemptResult.Answered.class);
        assertThat(((AttemptResult.Answered) result).answer().body()).hasSizeGreaterThan(ANSWER);
      }
    } finally {
      over.set(true);
      watch.join();
    }

    // an exchange hands its answer over first, and gives the room back after that
    await().untilAsserted(() -> assertThat(room.taken()).isZero());
    assertThat(most.get())
        .as("the bound, and one answer that may exceed it")
        .isLessThanOrEqualTo(BOUND + 2L * ANSWER + PACKETS);
  }

  @Test
  void shouldNotCallItSilenceWhenAnAnswerHasToWait() throws Exception {
    room.keep(BOUND);
    List<CompletionStage<AttemptResult>> attempts =
        attempts((settings, patience) -> settings.idleTimeout(IDLE));
    assertThatThrownBy(
            () ->
                attempts
                    .get(0)
                    .toCompletableFuture()
                    .get(IDLE.toMillis() + 1_000, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    room.keep(-BOUND);

    for (CompletionStage<AttemptResult> attempt : attempts) {
      assertThat(CompletionClientContract.result(attempt))
          .isInstanceOf(AttemptResult.Answered.class);
    }
  }

  private interface Patience {
    Settings with(Settings settings, Duration patience);
  }

  private List<CompletionStage<AttemptResult>> attempts(Patience patience) throws Exception {
    MisbehavingServer server = clients.server(Behaviours.answersAtLength(ANSWER));
    Settings settings = patience.with(Settings.at(server.url()), Duration.ofMinutes(1));
    GatewayClient client =
        clients.closing(
            GatewayClient.start(settings.config(), CALLS, InstantSource.system(), room));
    List<CompletionStage<AttemptResult>> attempts = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      attempts.add(client.attempt(Calls.hello()));
    }
    return attempts;
  }
}

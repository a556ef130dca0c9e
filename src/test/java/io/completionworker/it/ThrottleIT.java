// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A throttle that is shorter than the backoffs of all attempts costs no request; {@link
 * PaidCallsIT} has the endpoint that asks for no wait in milliseconds.
 */
@Tag("long")
class ThrottleIT {

  private static final Duration LONG = Duration.ofMinutes(3);
  private static final Duration THROTTLE = Duration.ofSeconds(3);
  private static final int REQUESTS = 40;

  private final AtomicLong since = new AtomicLong();

  @ParameterizedTest
  @ValueSource(strings = {"retry-after: 0", ""})
  void shouldAnswerAllThoughTheEndpointSaysNothingOfUseAboutTheWait(String header) {
    Behaviour behaviour = Behaviour.builder().respondWith(call -> reply(header)).build();
    try (Stand stand = new Stand(behaviour, 1);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, REQUESTS, REQUESTS);
      try (SearchedWorker worker = stand.start(Map.of())) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == REQUESTS);

        assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
        assertThat(worker.live()).isTrue();
      }
    }
  }

  /** The throttle begins with the first call, so that a slow machine does not shorten it. */
  private Reply reply(String header) {
    long now = System.nanoTime();
    since.compareAndSet(0, now);
    if (now - since.get() >= THROTTLE.toNanos()) {
      return Reply.completion();
    }
    Reply refusal = Reply.error(429, "tokens", "rate_limit_exceeded", "slow down");
    String[] parts = header.split(": ", 2);
    return parts.length == 2 ? refusal.withHeader(parts[0], parts[1]) : refusal;
  }
}

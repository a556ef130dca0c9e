// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.gateway.MisbehavingServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Answers that together are several times the heap of the worker. */
@Tag("long")
@Tag("heavy")
class AnswerMemoryIT {

  private static final int CALLS = 200;

  /** A little less than {@code gateway.max.response.bytes}. */
  private static final int ANSWER = 16_000_000;

  private static final Duration LONG = Duration.ofMinutes(5);

  private final Stand stand = new Stand(Behaviour.instant(), 3);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldAnswerTwoHundredOpenCallsOfSixteenMegabytesEachWithAGigabyte() throws Exception {
    stand.publish(0, CALLS, 20);
    try (MisbehavingServer endpoint = new MisbehavingServer(answering());
        WorkerProcess worker =
            new WorkerProcess(
                stand,
                Map.of("gateway.url", endpoint.url(), "async.max.in.flight", "" + CALLS),
                Map.of(),
                "1g")) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == CALLS || !worker.alive());
      assertThat(worker.alive()).isTrue();
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all())
        .hasSize(CALLS)
        .allMatch(outcome -> outcome.kind().equals("response"));
  }

  /** Nearly all of it is in a member that no field holds, so that a record has room without it. */
  private static MisbehavingServer.Behaviour answering() {
    byte[] body =
        """
        {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0,
        "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
        "padding": "%s"}"""
            .formatted("x".repeat(ANSWER))
            .getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    return (out, socket) -> {
      out.write(head);
      out.write(body);
      out.flush();
      return true;
    };
  }
}

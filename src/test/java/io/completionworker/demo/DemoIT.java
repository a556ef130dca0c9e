package io.completionworker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo's own part, with a stand-in for the worker and a "real" endpoint that is quick. */
@Timeout(180)
class DemoIT {

  private final SimulatedEndpoint endpoint =
      SimulatedEndpoint.start(
          Behaviour.builder().latency(Latency.fixed(Duration.ofMillis(20))).build());

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void shouldSucceedWhenEveryRequestHasOneOutcome() {
    int code = run(new StandInWorker(Set.of(), Set.of()), Duration.ofSeconds(60));

    assertThat(code).as(text()).isZero();
    int requests = Prompts.lines().size();
    assertThat(text())
        .contains("Every request has exactly one outcome.")
        .contains("\"x-portkey-trace-id\" : \"trace-of-the-stand-in\"")
        .containsPattern("requests +" + requests)
        .containsPattern("responses +" + (requests - 9))
        .containsPattern("INVALID_REQUEST +9")
        .containsPattern("tokens in all +" + "3,720")
        .containsPattern("calls in flight at peak +[1-9]");
  }

  @Test
  void shouldFailAndNameWhatIsLostAndDoubled() {
    int code = run(new StandInWorker(Set.of("chat-01"), Set.of("chat-02")), Duration.ofSeconds(12));

    assertThat(code).isEqualTo(1);
    assertThat(text())
        .contains("chat-01 has no outcome")
        .contains("chat-02 has several outcomes: response, response")
        .doesNotContain("Every request has exactly one outcome.");
  }

  private int run(WorkerUnderDemo worker, Duration patience) {
    DemoSettings settings =
        new DemoSettings(
            Map.of("gateway.url", endpoint.url().toString()), null, patience, Duration.ZERO);
    return new Demo(settings, worker, new PrintStream(printed, true, StandardCharsets.UTF_8)).run();
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}

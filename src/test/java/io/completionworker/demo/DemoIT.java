// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The demo's own part, with a stand-in for the worker and a "real" endpoint that is quick. */
@Timeout(180)
class DemoIT {

  private static final Duration KEEP_NONE = Duration.ZERO;

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
  @Tag("long")
  void shouldFailAndNameWhatIsLostAndDoubled() {
    int code = run(new StandInWorker(Set.of("chat-01"), Set.of("chat-02")), Duration.ofSeconds(12));

    assertThat(code).isEqualTo(1);
    assertThat(text())
        .contains("chat-01 has no outcome")
        .contains("chat-02 has several outcomes: response, response")
        .doesNotContain("Every request has exactly one outcome.");
  }

  @Test
  @Tag("long")
  void shouldKeepWorkerAndPageUpUntilItIsStopped() throws Exception {
    Demo demo = demo(new ProductWorker(), Duration.ofSeconds(60), Duration.ofHours(1));
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(demo::run);
    await().atMost(Duration.ofMinutes(3)).until(() -> text().contains("Ctrl-C ends it sooner"));
    assertThat(text()).contains("Every request has exactly one outcome.");

    String page = text().replaceAll("(?s).*Page: +(http://\\S+/)\n.*", "$1");
    for (String path : List.of("", "health/ready", "metrics")) {
      assertThat(status(page + path)).as(page + path).isEqualTo(200);
    }

    demo.stop();
    assertThat(code.get(1, TimeUnit.MINUTES)).isZero();
    assertThat(text()).endsWith("Stopping ...\n");
    assertThatThrownBy(() -> status(page)).isInstanceOf(ConnectException.class);
  }

  @Test
  void shouldEndInTheMiddleWhenItIsStopped() throws Exception {
    Demo demo =
        demo(new StandInWorker(Set.of("chat-01"), Set.of()), Duration.ofHours(1), KEEP_NONE);
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(demo::run);
    await().atMost(Duration.ofMinutes(3)).until(() -> text().contains("Page: "));

    demo.stop();

    assertThat(code.get(1, TimeUnit.MINUTES)).isEqualTo(1);
  }

  private static int status(String url) throws IOException {
    return ((HttpURLConnection) URI.create(url).toURL().openConnection()).getResponseCode();
  }

  private int run(WorkerUnderDemo worker, Duration patience) {
    return demo(worker, patience, KEEP_NONE).run();
  }

  private Demo demo(WorkerUnderDemo worker, Duration patience, Duration keep) {
    Map<String, String> gateway =
        Map.of("gateway.url", endpoint.url().toString(), "gateway.api.key", "demo");
    return new Demo(
        new DemoSettings(gateway, null, patience, keep),
        worker,
        new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }
}

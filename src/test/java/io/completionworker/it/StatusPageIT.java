// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.browser.Browser;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.ErrorMix;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page of a worker that works, in a real browser. */
@Tag("long")
class StatusPageIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  /** What the page of the repository shows: three minutes, as long as its shortest axis. */
  private static final Duration FILLED = Duration.ofSeconds(175);

  private static final Path PICTURE = Path.of("src", "docs", "status-page.png");
  private static final int PICTURE_BYTES = 300_000;

  @Test
  void shouldShowAWorkerAtWork() throws Exception {
    try (Browser browser = Browser.open();
        Stand stand = new Stand(realistic(), 4);
        SearchedWorker worker = stand.start(settings())) {
      browser.resize(1280, 975);
      browser.go("http://127.0.0.1:" + worker.managementPort() + "/");
      await().atMost(LONG).until(() -> text(browser, "state").equals("Ready"));
      await().atMost(LONG).until(() -> text(browser, "instance").contains("4 of 4 partitions"));
      assertThat(figure(browser, "throughput")).matches("-|0 .*");

      stand.publish(0, Boolean.getBoolean("pages.write") ? 12_000 : 1500, 100, StatusPageIT::any);
      await()
          .atMost(LONG)
          .until(() -> figure(browser, "throughput").matches("[1-9].* responses .*"));
      await().atMost(LONG).until(() -> figure(browser, "in-flight").matches("[1-9].* of 24 calls"));
      String first = figure(browser, "pending");
      await().atMost(LONG).until(() -> !figure(browser, "pending").equals(first));
      await().atMost(LONG).until(() -> figure(browser, "lag").matches("[0-9].* records behind"));
      await().atMost(LONG).until(() -> first(browser, "limits").startsWith("requests per minute"));
      await().atMost(LONG).until(() -> first(browser, "endpoints").startsWith("127.0.0.1:"));
      String reasons = "return document.querySelectorAll('#card-failures tbody tr').length";
      await().atMost(LONG).until(() -> browser.run(reasons).asInt() > 0);

      waitUntilFilled(browser);
      assertConsistent(browser);
      write(browser);
      assertThat(browser.console()).isEmpty();
    }
  }

  private static void waitUntilFilled(Browser browser) {
    if (Boolean.getBoolean("pages.write")) {
      String held = "return data.times.at(-1) - data.times[0]";
      await()
          .atMost(FILLED.plus(LONG))
          .until(() -> browser.run(held).asLong() >= FILLED.toMillis());
    }
    browser.run("togglePause()"); // all that is looked at is of one moment
    browser.run("draw()");
  }

  /** What is on the page can have been. */
  private static void assertConsistent(Browser browser) {
    JsonNode shown = browser.run("return latest");
    JsonNode values = shown.path("values");
    double up = (shown.path("time").asLong() - shown.at("/instance/started").asLong()) / 1000.0;
    assertThat(values.path("in_flight").asInt()).isBetween(0, 24);
    assertThat(values.path("share").asDouble()).isEqualTo(1);
    assertThat(values.path("parked").asInt()).isLessThanOrEqualTo(values.path("pending").asInt());
    assertThat(values.path("queue_age").asDouble()).isLessThanOrEqualTo(up);
    for (String timer : List.of("call", "request")) {
      assertThat(
              Stream.of("_p50", "_p95", "_p99")
                  .map(part -> values.path(timer + part).asDouble())
                  .toList())
          .isSorted()
          .allSatisfy(seconds -> assertThat(seconds).isPositive().isLessThanOrEqualTo(up));
    }
    assertThat(sum(shown, 0)).isEqualTo(values.path("completion_tokens").asDouble());
    assertThat(sum(shown, 1)).isEqualTo(values.path("prompt_tokens").asDouble());
    assertThat(sum(shown, 2)).isCloseTo(values.path("cost").asDouble(), within(1e-9));
    assertThat(shown.at("/tables/costs/0/values/1").asDouble())
        .isGreaterThanOrEqualTo(values.path("cost").asDouble());
  }

  private static double sum(JsonNode sample, int column) {
    return StreamSupport.stream(sample.at("/tables/models").spliterator(), false)
        .mapToDouble(row -> row.at("/values/" + column).asDouble())
        .sum();
  }

  /** Renews the picture, with {@code -Dpages.write=true}; it changes with every run. */
  private static void write(Browser browser) throws IOException {
    if (Boolean.getBoolean("pages.write")) {
      browser.run("togglePause()"); // so that it says Ready; the next sample comes later
      browser.resize(1280, browser.run("return document.documentElement.scrollHeight").asInt());
      browser.run("draw()");
      Files.write(PICTURE, browser.picture());
    }
    assertThat(PICTURE).isNotEmptyFile();
    assertThat(Files.size(PICTURE)).isLessThan(PICTURE_BYTES);
  }

  private static Map<String, String> settings() {
    return Map.of(
        "async.max.in.flight",
        "24",
        "rate.limit.requests.per.minute",
        "2400",
        "usage.prices.file",
        Path.of("src", "demo", "resources", "prices.json").toAbsolutePath().toString());
  }

  private static Behaviour realistic() {
    return Behaviour.builder()
        .latency(Latency.logNormal(Duration.ofMillis(600), 0.5))
        .errors(new ErrorMix(0.04, 0.02, 0.03, 0.01, 0.01, Duration.ofMillis(400)))
        .answerTokens(60)
        .recording(Behaviour.Recording.NONE)
        .seed(20)
        .build();
  }

  private static CompletionRequest any(int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number))
        .setModel(number % 4 == 0 ? "gpt-4o" : "gpt-4o-mini")
        .build();
  }

  private static String text(Browser browser, String id) {
    return browser.text("document.getElementById(arguments[0]).textContent", id);
  }

  /** The name of the first row of a table; empty without one. */
  private static String first(Browser browser, String table) {
    return browser.text(
        "document.querySelector('#card-' + arguments[0] + ' tbody th')?.innerText ?? ''", table);
  }

  private static String figure(Browser browser, String key) {
    return browser.text(
        "document.querySelector('#figure-' + arguments[0] + ' .value').innerText", key);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.browser.Browser;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page in a real browser, at widths from a small phone's to a large screen's. */
@Tag("long")
class StatusPageWidthsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Those of usual screens. */
  private static final List<Integer> SCREENS =
      List.of(320, 360, 375, 390, 414, 1366, 1440, 1920, 2560);

  /** Those of usual screens, and some between two of them at which a layout may change. */
  private static final List<Integer> WIDTHS =
      Stream.concat(
              SCREENS.stream(), IntStream.rangeClosed(7, 20).map(step -> 64 * step + 32).boxed())
          .sorted()
          .toList();

  /** A quarter of an hour of values from nothing to a lot. */
  private static final String HISTORY =
      """
      const held = { ...data, series: {}, times: [] };
      for (let i = 0; i < 449; i++) {
        held.times.push(data.times.at(-1) - (448 - i) * 2000);
      }
      for (const key of Object.keys(data.series)) {
        held.series[key] = held.times.map((time, i) =>
          (typeof data.series[key].at(-1) === "string" ? ">3540" : data.series[key].at(-1) * i / 448));
      }
      held.series.cost = held.times.map((time, i) => arguments[0] * i / 448);
      takeHistory(held);
      draw();
      """;

  private final Browser browser = Browser.open();
  private final PageFixture fixture = new PageFixture();

  @AfterEach
  void close() {
    browser.close();
    fixture.close();
  }

  @Test
  void shouldCutNothingOffAndPutNoTextAboveAnother() {
    assertReadableAtWork(WIDTHS);
  }

  /** Colors change no widths, so those of usual screens are enough. */
  @Test
  void shouldCutNothingOffInTheDark() {
    browser.prefer("prefers-color-scheme", "dark");
    assertReadableAtWork(SCREENS);
  }

  private void assertReadableAtWork(List<Integer> widths) {
    fixture.workHard();
    fixture.reasons = List.of("credential " + "virtual-key-".repeat(20) + " is on hold");
    open();
    browser.run(HISTORY, 0.0000014);
    assertReadable("tiny costs", widths);
    browser.run(HISTORY, 12345.678901);
    browser.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    assertReadable("large costs", widths);
  }

  @Test
  void shouldCutNothingOffWhenNothingIsKnown() {
    open();
    assertReadable("no values", WIDTHS);
  }

  @Test
  void shouldCutNothingOffOfHostileNames() {
    fixture.work(PageFixture.HOSTILE.repeat(3));
    fixture.reasons = List.of(PageFixture.HOSTILE.repeat(3));
    open();
    assertReadable("hostile names", WIDTHS);
  }

  @Test
  void shouldCutNothingOffOfSeveralInstances() {
    try (PageFixture other = new PageFixture("worker-1", 0, List.of(), null);
        PageFixture several =
            new PageFixture(
                "a-host-with-a-long-name-".repeat(4),
                0,
                List.of("127.0.0.1:" + other.port(), "127.0.0.1:1"),
                null)) {
      other.workHard();
      several.workHard();
      browser.go(several.url() + "/");
      await().atMost(PATIENCE).until(() -> browser.run("return together !== null").asBoolean());
      browser.run("togglePause()");
      assertReadable("several instances", WIDTHS);
    }
  }

  private void open() {
    browser.go(fixture.url() + "/");
    await()
        .atMost(PATIENCE)
        .until(() -> browser.run("return data.times.length >= 2 && latest !== null").asBoolean());
    browser.run("togglePause()"); // so that it holds still
  }

  private void assertReadable(String what, List<Integer> widths) {
    for (int width : widths) {
      browser.resize(width, 900);
      browser.run("draw()");
      JsonNode layout = browser.run(Layout.FAULTS);
      assertThat(StreamSupport.stream(layout.path("faults").spliterator(), false))
          .extracting(JsonNode::asText)
          .as("%s, %d pixels wide", what, width)
          .isEmpty();
      assertThat(layout.path("texts").asInt()).isGreaterThan(50);
      assertThat(browser.run(Layout.GAPS).toString())
          .as("rows that are not filled, %s, %d pixels wide", what, width)
          .isEqualTo("[]");
    }
  }
}

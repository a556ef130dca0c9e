// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.browser.Browser;
import io.completionworker.config.Limits;
import io.completionworker.control.Control;
import io.completionworker.control.ControlsView;
import io.completionworker.control.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page says of controls, in a real browser. */
@Tag("long")
class ControlsSectionIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Browser browser = Browser.open();
  private final PageFixture fixture = new PageFixture();

  @AfterEach
  void close() {
    browser.close();
    fixture.close();
  }

  @Test
  void shouldSayWhatIsPausedLimitedAndCancelledByWhomAndUntilWhen() {
    String hostile = PageFixture.HOSTILE;
    Instant now = Instant.now();
    Selector model = new Selector(null, null, null, null, null, hostile, Map.of());
    fixture.controls =
        ControlReport.of(
            new ControlsView(
                List.of(
                    new Control.Pause(
                        new Control.Origin("pause-1", now, hostile, hostile, now.plusSeconds(60)),
                        model),
                    new Control.Limit(
                        new Control.Origin("limit-1", now.minus(Duration.ofDays(3)), "", "", null),
                        Selector.ALL,
                        new Limits(null, 600.0, null, null, null, null)),
                    new Control.Cancel(
                        new Control.Origin("cancel-1", now, "ops", "wrong file", null),
                        new Selector(null, "b-7", null, null, null, null, Map.of()),
                        now)),
                List.of(new ControlsView.Unreadable("odd", "kind: is not known"))),
            Map.of("pause-1", 12),
            Map.of("limit-1", "it selects by model"));
    browser.resize(360, 740);
    browser.go(fixture.url() + "/");
    await().atMost(PATIENCE).until(() -> text().contains("12 requests wait"));

    assertThat(text())
        .contains("Paused: model " + hostile)
        .contains("By " + hostile + " \u00b7 " + hostile)
        .contains("Limited: everything, requests per minute 600")
        .contains("It has no effect: it selects by model")
        .contains("Cancelled: batch b-7, published before ")
        .contains("By ops \u00b7 wrong file \u00b7 control cancel-1")
        .contains("It has no effect: kind: is not known");
    assertThat(times(1)).containsPattern("^since [0-9:]{8}, until [0-9:]{8}$");
    assertThat(times(2))
        .containsPattern("^since [0-9]{2}/[0-9]{2}/[0-9]{4} [0-9:]{8}, until it is withdrawn$");
    assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(360);
    assertThat(browser.run("return window.broken === undefined").asBoolean()).isTrue();
    assertThat(browser.console()).isEmpty();
    assertThat(browser.text("document.getElementById('state').textContent")).isEqualTo("Ready");

    fixture.controls = ControlReport.NONE;
    await().atMost(PATIENCE).until(this::hidden);
  }

  private boolean hidden() {
    return browser.run("return document.getElementById('controls').hidden").asBoolean();
  }

  private String times(int control) {
    return browser.text(
        "document.querySelectorAll('#controls-list .times')[arguments[0]].textContent",
        Integer.toString(control));
  }

  private String text() {
    return browser.text("document.getElementById('controls').textContent");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.FailureReason;
import io.completionworker.browser.Browser;
import io.completionworker.completion.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page says of waits, in a real browser. */
@Tag("long")
class WaitBannerIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Browser browser = Browser.open();
  private final PageFixture fixture = new PageFixture();

  @AfterEach
  void close() {
    browser.close();
    fixture.close();
  }

  @Test
  void shouldSayWhatRequestsWaitForAndCountTheTimeDown() {
    fixture.waits = List.of(wait(Wait.Kind.HOLD, PageFixture.HOSTILE));
    browser.resize(360, 740);
    browser.go(fixture.url() + "/");
    await().atMost(PATIENCE).until(() -> text("waits-list").contains("12 requests wait"));

    assertThat(text("waits-list"))
        .contains("On hold: " + PageFixture.HOSTILE)
        .contains("UNAUTHORIZED, status 401 · 12 requests wait · credential 1a2b")
        .contains("The provider says: " + PageFixture.HOSTILE)
        .contains("Fix the key where it was issued, or set a new one and restart the worker.");
    String times = times();
    assertThat(times).startsWith("for 1 min ").contains("; next probe in ");
    await().atMost(PATIENCE).until(() -> !times().equals(times));
    assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(360);
    assertThat(browser.run("return window.broken === undefined").asBoolean()).isTrue();
    assertThat(browser.console()).isEmpty();

    fixture.waits = List.of(wait(Wait.Kind.COOL_DOWN, "the configured API key"));
    await().atMost(PATIENCE).until(() -> times().contains("; until "));
    fixture.waits = List.of();
    await()
        .atMost(PATIENCE)
        .until(() -> browser.run("return document.getElementById('waits').hidden").asBoolean());
  }

  private static Wait wait(Wait.Kind kind, String text) {
    Instant now = Instant.now();
    return new Wait(
        kind,
        new Wait.Who("1a2b", text, null, null),
        new Wait.Cause(FailureReason.UNAUTHORIZED, 401, "", text),
        now.minusSeconds(65),
        now.plusSeconds(600),
        12);
  }

  private String times() {
    return browser.text(
        "(document.querySelector('#waits-list .times') ?? document.body).textContent");
  }

  private String text(String id) {
    return browser.text("document.getElementById(arguments[0]).textContent", id);
  }
}

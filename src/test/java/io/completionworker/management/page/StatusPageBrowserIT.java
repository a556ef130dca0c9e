// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.browser.Browser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, over meters that the test moves. */
@Tag("long")
class StatusPageBrowserIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What can be operated. */
  private static final String CONTROLS = "a[href], button, summary, [tabindex='0']";

  private static final String CONTROLS_IN_SIGHT =
      "[...document.querySelectorAll(arguments[0])].filter(each => each.checkVisibility())";

  private final Browser browser = Browser.open();
  private final PageFixture fixture = new PageFixture();

  @BeforeEach
  void listenToViolations() {
    browser.before(
        "window.violations = []; document.addEventListener('securitypolicyviolation',"
            + " e => window.violations.push(e.violatedDirective));");
  }

  @AfterEach
  void close() {
    browser.close();
    fixture.close();
  }

  @Test
  void shouldBreakNoPolicyAndHaveNoErrors() {
    fixture.work("TIMEOUT");
    open();
    await().atMost(PATIENCE).until(() -> figure("calls").matches("\\d+ ms.*"));
    browser.run("document.querySelectorAll('details').forEach(each => each.open = true)");
    await().atMost(PATIENCE).until(() -> browser.text("document.title").startsWith("Ready"));

    assertThat(violations()).isEmpty();
    assertThat(browser.console()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "const s = document.createElement('script'); s.append('window.broken = 1');"
            + " document.head.append(s);",
        "const s = document.createElement('script'); s.setAttribute('src', '/other.js');"
            + " document.head.append(s);",
        "document.body.setAttribute('onclick', 'window.broken = 1'); document.body.click();",
        "document.body.innerHTML = '<img src=x onerror=\"window.broken = 1\">';",
        "const s = document.createElement('style'); s.append('body { display: none }');"
            + " document.head.append(s);",
        "document.body.setAttribute('style', 'display: none');",
        "const i = document.createElement('img'); i.src = '/other.png'; document.body.append(i);",
        "const f = document.createElement('iframe'); f.src = '/'; document.body.append(f);",
        "fetch('http://localhost:' + location.port + '/metrics');"
      })
  void shouldRunNothingThatIsBroughtIn(String attack) {
    open();

    browser.run("try { " + attack + " } catch (refused) { window.refused = String(refused); }");

    await().atMost(PATIENCE).until(() -> !violations().isEmpty());
    assertThat(browser.run("return window.broken === undefined").asBoolean()).isTrue();
    assertThat(browser.text("getComputedStyle(document.body).display")).isEqualTo("block");
  }

  @Test
  void shouldShowHostileNamesAsText() {
    fixture.work(PageFixture.HOSTILE);
    fixture.reasons = List.of("credential " + PageFixture.HOSTILE + " is on hold");
    open();
    await().atMost(PATIENCE).until(() -> text("state").equals("Not ready"));

    assertThat(text("reasons")).isEqualTo("credential " + PageFixture.HOSTILE + " is on hold");
    for (String card : List.of("card-failures", "card-models", "card-holds")) {
      assertThat(
              browser.text(
                  "document.querySelector('#' + arguments[0] + ' tbody th').textContent", card))
          .isEqualTo(PageFixture.HOSTILE);
    }
    assertThat(browser.run("return document.querySelectorAll('img, script').length").asInt())
        .isEqualTo(1);
    assertThat(browser.run("return window.broken === undefined").asBoolean()).isTrue();
    assertThat(violations()).isEmpty();
  }

  @Test
  void shouldBeUsedByKeysAlone() {
    fixture.work("TIMEOUT");
    open();
    await().atMost(PATIENCE).until(() -> points() >= 3);

    Set<Integer> reached = new LinkedHashSet<>();
    int controls = browser.run("return " + CONTROLS_IN_SIGHT + ".length", CONTROLS).asInt();
    for (int i = 0; i < controls; i++) {
      browser.press(Browser.TAB);
      reached.add(focused());
      assertThat(browser.text("getComputedStyle(document.activeElement).outlineStyle"))
          .isEqualTo("solid");
    }
    assertThat(reached).hasSize(controls).doesNotContain(-1);
  }

  @Test
  void shouldMoveThroughTimeAndOpenTablesByKeys() {
    fixture.work("TIMEOUT");
    open();
    await().atMost(PATIENCE).until(() -> points() >= 3);

    tabTo(".drawing");
    assertThat(valueText()).startsWith("now: Responses ");
    browser.press(Browser.LEFT);
    await().atMost(PATIENCE).until(() -> valueText().matches("\\d+ s ago: Responses .*"));
    assertThat(browser.text("document.querySelectorAll('.mark').length")).isEqualTo("6");
    browser.press(Browser.HOME);
    assertThat(browser.run("return shownIndex()").asInt()).isZero();
    browser.press(Browser.END);
    assertThat(valueText()).startsWith("now: ");

    tabTo("summary");
    browser.press(Browser.ENTER);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                browser.text("document.querySelector('.plot tbody').rows.length").matches("[1-9]"));
  }

  @Test
  void shouldStandStillWhenPausedAndGoOnByKey() {
    open();
    await().atMost(PATIENCE).until(() -> text("state").equals("Ready"));
    tabTo("#pause");

    browser.press(Browser.ENTER);
    assertThat(text("state")).isEqualTo("Updates paused");
    int shown = points();
    fixture.reasons = List.of("a reason");
    await().atMost(PATIENCE).until(() -> points() > shown + 1);
    assertThat(text("state")).isEqualTo("Updates paused");

    browser.press(Browser.ENTER);
    assertThat(text("state")).isEqualTo("Not ready");
    assertThat(text("pause")).isEqualTo("Pause updates");
  }

  @ParameterizedTest
  @CsvSource({"light, true", "light, false", "dark, true", "dark, false"})
  void shouldHaveContrastEnough(String scheme, boolean ready) {
    fixture.work("TIMEOUT");
    fixture.reasons = ready ? List.of() : List.of("a reason");
    browser.prefer("prefers-color-scheme", scheme);
    open();
    await().atMost(PATIENCE).until(() -> text("state").equals(ready ? "Ready" : "Not ready"));

    JsonNode ratios = browser.run(Contrast.SCRIPT);

    assertThat(ratios.size()).isGreaterThan(50);
    assertThat(ratios)
        .allSatisfy(
            text ->
                assertThat(text.path("ratio").asDouble())
                    .as("%s", text)
                    .isGreaterThanOrEqualTo(4.5));
    assertThat(browser.run(Contrast.DARK_GROUND).asBoolean()).isEqualTo(scheme.equals("dark"));
  }

  @Test
  void shouldFitAPhone() {
    fixture.work(PageFixture.HOSTILE.repeat(3));
    browser.resize(360, 740);
    open();
    await().atMost(PATIENCE).until(() -> points() >= 1);

    assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
        .isLessThanOrEqualTo(360);
  }

  @Test
  void shouldHoldStillForThoseWhoAskForIt() {
    browser.prefer("prefers-reduced-motion", "reduce");
    open();

    assertThat(
            browser
                .run(
                    "return [...document.querySelectorAll('*')].every(each =>"
                        + " getComputedStyle(each).transitionDuration === '0s'"
                        + " && getComputedStyle(each).animationName === 'none')")
                .asBoolean())
        .isTrue();
  }

  @Test
  void shouldSayThatTheConnectionIsGoneAndComeBackByItself() {
    open();
    await().atMost(PATIENCE).until(() -> text("state").equals("Ready"));
    int port = fixture.port();

    fixture.stop();
    await().atMost(PATIENCE).until(() -> text("state").startsWith("No connection since "));

    fixture.reasons = List.of("started anew");
    fixture.start(port);
    await().atMost(PATIENCE).until(() -> text("state").equals("Not ready"));
    assertThat(text("reasons")).isEqualTo("started anew");
    assertThat(violations()).isEmpty();
  }

  @Test
  void shouldComeBackWhenThereWasNoStreamLeft() throws Exception {
    List<AutoCloseable> others = new ArrayList<>();
    for (int i = 0; i < EventStreams.MOST; i++) {
      others.add(fixture.stream());
    }
    open();
    await().atMost(PATIENCE).until(() -> text("state").equals("No connection"));

    for (AutoCloseable other : others) {
      other.close();
    }
    await().atMost(PATIENCE).until(() -> text("state").equals("Ready"));
  }

  private void open() {
    browser.go(fixture.url() + "/");
  }

  private String text(String id) {
    return browser.text("document.getElementById(arguments[0]).textContent", id);
  }

  private String figure(String key) {
    return browser.text(
        "document.querySelector('#figure-' + arguments[0] + ' .value').textContent", key);
  }

  private String valueText() {
    return browser.text("document.activeElement.getAttribute('aria-valuetext')");
  }

  /** Presses Tab until such an element has the focus. */
  private void tabTo(String selector) {
    for (int i = 0; i < 100; i++) {
      browser.press(Browser.TAB);
      if (browser
          .run("return document.activeElement.matches(arguments[0])", selector)
          .asBoolean()) {
        return;
      }
    }
    throw new AssertionError("Tab does not lead to " + selector);
  }

  private int focused() {
    return browser
        .run("return " + CONTROLS_IN_SIGHT + ".indexOf(document.activeElement)", CONTROLS)
        .asInt();
  }

  private int points() {
    return browser.run("return data.times.length").asInt();
  }

  private List<String> violations() {
    return StreamSupport.stream(browser.run("return window.violations").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }
}

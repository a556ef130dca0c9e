// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.FailureReason;
import io.completionworker.browser.Browser;
import io.completionworker.completion.Wait;
import io.completionworker.resilience.limit.LimitUse;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the page tells an operator, in a real browser. */
@Tag("long")
class StatusPageContentIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Browser browser = Browser.open();
  private PageFixture fixture = new PageFixture();

  @AfterEach
  void close() {
    browser.close();
    fixture.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{lag: 48000, pending: 12000, done: 83} | with pending: about 12 min at 83/s",
        "{lag: 0, pending: 30, done: 2}         | with pending: about 15 s at 2/s",
        "{lag: 900000, pending: 0, done: 50}    | with pending: about 5 h at 50/s",
        "{lag: 48000, pending: 12000}           | with pending: -",
        "{lag: 48000, pending: 12000, done: 0}  | with pending: -",
        "{pending: 12000, done: 83}             | -",
        "{lag: 0, pending: 0, done: 0}          | no backlog"
      })
  void shouldSayHowLongTheBacklogTakesAsFarAsThatIsKnown(String values, String text) {
    open();

    assertThat(browser.text("backlog(" + values + ")")).isEqualTo(text);
  }

  @Test
  void shouldShowTheLag() {
    Gauge.builder("completion.worker.lag", () -> 48_211).register(fixture.registry);
    Gauge.builder("completion.worker.pending.records", () -> 10).register(fixture.registry);
    open();
    await().atMost(PATIENCE).until(() -> text("figure-lag").startsWith("Lag 48,211 records"));

    assertThat(text("figure-lag")).endsWith("with pending: -");
  }

  @Test
  void shouldSayWhatIsUsedOfEachLimitAndWhereItComesFrom() {
    fixture.limits =
        List.of(
            new LimitUse("worker", "requests per minute", 600, 0.5, 150.0, "rate.limit.requests"),
            new LimitUse("credential 1a", "tokens", 1000, 0.5, null, LimitUse.HEADERS));
    open();
    await().atMost(PATIENCE).until(() -> seen("card-limits"));

    assertThat(row("card-limits", 1))
        .isEqualTo("requests per minute|worker|rate.limit.requests|150|300|50 %");
    assertThat(row("card-limits", 2)).isEqualTo("tokens|credential 1a|response headers|-|1,000|-");
    assertThat(browser.run("return document.querySelectorAll('#card-limits .bar').length").asInt())
        .isEqualTo(1);
  }

  @Test
  void shouldShowTheCallsOfTheEndpoint() {
    fixture.work("TIMEOUT");
    open();
    await()
        .atMost(PATIENCE)
        .until(() -> row("card-endpoints", 1).matches("api.example\\|.* ms\\|.* ms"));
  }

  @Test
  void shouldSayInWordsWhyRequestsWait() {
    waiting("slot", 3);
    waiting("permit", 2);
    waiting("order", 0);
    open();
    await().atMost(PATIENCE).until(() -> seen("card-waiting"));

    assertThat(row("card-waiting", 1))
        .isEqualTo("an open call to end: async.max.in.flight are open (slot)|3");
    assertThat(row("card-waiting", 2))
        .isEqualTo("a limit: what is allowed is used up for now (permit)|2");
    assertThat(row("card-waiting", 3)).isEmpty();
  }

  @Test
  void shouldShowNoCardThatIsEmpty() {
    open();

    assertThat(
            browser
                .run(
                    "return [...document.querySelectorAll('.card')].filter(each =>"
                        + " each.checkVisibility() && each.querySelector('tbody')?.rows.length === 0)"
                        + ".map(each => each.id)")
                .toString())
        .isEqualTo("[]");
    assertThat(seen("card-health")).isTrue();
  }

  @Test
  void shouldShowTheCommandsThatListFailuresAndLetThemBeCopied() {
    Counter.builder("completion.worker.outcomes")
        .tag("outcome", "TIMEOUT")
        .register(fixture.registry)
        .increment();
    open();
    await().atMost(PATIENCE).until(() -> text("figure-failed").endsWith("list them"));

    assertThat(browser.text("document.querySelector('#figure-failed a').hash"))
        .isEqualTo("#card-failures");
    assertThat(command(1)).isEqualTo("completion-worker tail failures --from 1h");
    assertThat(command(2)).isEqualTo("completion-worker redrive --dry-run");
    browser.run("document.querySelector('.commands button').click()");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                browser
                    .text("document.querySelector('.commands button').textContent")
                    .matches("Copied|Selected"));
  }

  @Test
  void shouldSayThatPausingHoldsThePageAndNotTheWorker() {
    open();

    assertThat(browser.text("document.getElementById('pause').textContent"))
        .isEqualTo("Pause updates");
    assertThat(browser.text("document.getElementById('pause').title"))
        .isEqualTo("Holds this page still. The worker goes on.");
  }

  @Test
  void shouldLinkAWaitToItsPageWhereThatIsKnownAndNameItElsewhere() {
    fixture.waits = List.of(hold());
    open();
    await().atMost(PATIENCE).until(() -> seen("waits"));
    assertThat(text("waits-list"))
        .contains("Its requests wait instead of failing; now and then one of them is called")
        .endsWith("More: src/docs/operations.md, completionworkercredentialonhold");

    replace(List.of(), URI.create("https://git.example/docs"));
    fixture.waits = List.of(hold());
    open();
    await().atMost(PATIENCE).until(() -> seen("waits"));
    assertThat(browser.text("document.querySelector('#waits-list a').href"))
        .isEqualTo("https://git.example/docs/operations.md#completionworkercredentialonhold");
  }

  @Test
  void shouldShowAllInstancesOrThisOne() throws Exception {
    try (PageFixture other = new PageFixture("worker-1", 0, List.of(), null)) {
      replace(List.of("127.0.0.1:" + other.port(), "127.0.0.1:1"), null);
      other.work("TIMEOUT");
      fixture.work("TIMEOUT");
      open();
      await().atMost(PATIENCE).until(() -> text("instances-note").startsWith("2 of 3 answer"));
      await().atMost(PATIENCE).until(() -> text("figure-failed").contains("10 since the start"));

      assertThat(row("instances-card", 1)).startsWith("worker-0 (this one)|Ready|3|");
      assertThat(row("instances-card", 2)).startsWith("worker-1, 127.0.0.1:" + other.port());
      assertThat(row("instances-card", 3)).matches("127.0.0.1:1\\|No connection, for .*(\\|-){7}");
      assertThat(text("now-note")).isEqualTo("of the 2 instances that answer");
      browser.run("document.getElementById('scope-own').click()");
      assertThat(text("figure-failed")).contains("5 since the start");
      assertThat(text("now-note")).isEqualTo("of this instance");
      assertThat(browser.console()).isEmpty();
    }
  }

  private void replace(List<String> peers, @Nullable URI docs) {
    fixture.close();
    fixture = new PageFixture("worker-0", 0, peers, docs);
  }

  private void open() {
    browser.go(fixture.url() + "/");
    await()
        .atMost(PATIENCE)
        .until(() -> browser.run("return latest !== null && data.times.length > 0").asBoolean());
  }

  private void waiting(String kind, int requests) {
    Gauge.builder("completion.worker.waiting", () -> requests)
        .tag("for", kind)
        .register(fixture.registry);
  }

  private static Wait hold() {
    Instant now = Instant.now();
    return new Wait(
        Wait.Kind.HOLD,
        new Wait.Who("1a2b", "the configured API key", null, null),
        new Wait.Cause(FailureReason.UNAUTHORIZED, 401, "", ""),
        now.minusSeconds(65),
        now.plusSeconds(600),
        12);
  }

  private boolean seen(String id) {
    return browser
        .run("return document.getElementById(arguments[0]).checkVisibility()", id)
        .asBoolean();
  }

  /** What a row says, cell by cell; empty without it. */
  private String row(String card, int number) {
    return browser.text(
        "[...(document.querySelectorAll('#' + arguments[0] + ' tbody tr')[arguments[1] - 1]?.cells ?? [])]"
            + ".map(cell => cell.children[1].textContent).join('|')",
        card,
        number);
  }

  private String command(int number) {
    return browser.text(
        "document.querySelectorAll('.commands code')[arguments[0] - 1].textContent", number);
  }

  private String text(String id) {
    return browser.text(
        "document.getElementById(arguments[0]).innerText.replace(/\\s+/g, ' ').trim()", id);
  }
}

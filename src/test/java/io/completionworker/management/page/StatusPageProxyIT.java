// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.browser.Browser;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, behind a proxy. */
@Tag("long")
class StatusPageProxyIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Browser browser = Browser.open();
  private final PageFixture fixture = new PageFixture();

  @AfterEach
  void close() {
    fixture.close();
    browser.close();
  }

  /** As an ingress serves it: with and without the last slash. */
  @ParameterizedTest
  @ValueSource(strings = {"/foo/", "/foo", "/team/worker-1/"})
  void shouldWorkBehindThePrefixOfAProxy(String path) throws IOException {
    fixture.work("TIMEOUT");
    try (PrefixProxy proxy = PrefixProxy.start(path, fixture.port())) {
      browser.go(proxy.url() + path);
      await()
          .atMost(PATIENCE)
          .until(
              () -> browser.text("document.getElementById('state').textContent").equals("Ready"));
      await().atMost(PATIENCE).until(() -> browser.run("return data.times.length").asInt() >= 2);

      String link = browser.text("document.querySelector('footer a').href");
      assertThat(link).isEqualTo(proxy.url() + path.replaceFirst("/?$", "/") + "metrics");
      browser.go(link);
      assertThat(browser.text("document.body.textContent"))
          .contains("completion_worker_attempts_seconds_count");
    }
  }
}

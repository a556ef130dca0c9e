// SPDX-License-Identifier: Apache-2.0
package io.completionworker.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** One headless window. For one thread. */
public final class Browser implements AutoCloseable {

  /** Keys that have no character, see W3C WebDriver, section 17.4.2. */
  public static final String TAB = "\uE004";

  public static final String ENTER = "\uE007";
  public static final String END = "\uE010";
  public static final String HOME = "\uE011";
  public static final String LEFT = "\uE012";
  public static final String RIGHT = "\uE014";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("successfully on port (\\d+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The driver looks for a free port and may lose it to another before it listens. */
  private static final int STARTS = 5;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final String session;

  private Browser(Programs programs) {
    Process started = start(programs);
    String port = port(started);
    for (int more = 1; port.isEmpty() && more < STARTS; more++) {
      started = start(programs);
      port = port(started);
    }
    driver = started;
    try {
      if (port.isEmpty()) {
        throw new IllegalStateException("the driver of Chromium did not start");
      }
      String url = "http://127.0.0.1:" + port;
      session =
          url
              + "/session/"
              + call("POST", url + "/session", capabilities(programs)).path("sessionId").asText();
    } catch (RuntimeException e) {
      driver.destroyForcibly();
      throw e;
    }
  }

  /** A new window; skips the test where there is no Chromium. */
  public static Browser open() {
    Optional<Programs> programs = Programs.find();
    Assumptions.assumeTrue(
        programs.isPresent(),
        "no Chromium with its driver on the path: install chromium and chromium-driver to run this");
    return new Browser(programs.get());
  }

  /** Loads a page and waits until it is loaded. */
  public void go(String url) {
    command("/url", Map.of("url", url));
  }

  /** Runs the body of a function in the page and returns what it returns. */
  public JsonNode run(String script, Object... arguments) {
    return command("/execute/sync", Map.of("script", script, "args", List.of(arguments)));
  }

  /** What an expression in the page says as text. */
  public String text(String expression, Object... arguments) {
    return run("return " + expression, arguments).asText();
  }

  /** Presses keys, one after the other, wherever the focus is. */
  public void press(String... keys) {
    List<Map<String, String>> actions = new ArrayList<>();
    for (String key : keys) {
      actions.add(Map.of("type", "keyDown", "value", key));
      actions.add(Map.of("type", "keyUp", "value", key));
    }
    command(
        "/actions",
        Map.of("actions", List.of(Map.of("type", "key", "id", "keys", "actions", actions))));
  }

  /** What the console says since it was last asked: errors, warnings, refusals by policy. */
  public List<String> console() {
    List<String> messages = new ArrayList<>();
    command("/se/log", Map.of("type", "browser"))
        .forEach(entry -> messages.add(entry.path("level").asText() + " " + entry.path("message")));
    return messages;
  }

  /** Has the page believe that its user prefers this; such as {@code prefers-color-scheme}. */
  public void prefer(String feature, String value) {
    devTools(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", feature, "value", value))));
  }

  /** Gives the page this size, in its own pixels. */
  public void resize(int width, int height) {
    devTools(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Runs a script in every page that is loaded from now on, before all others. */
  public void before(String script) {
    devTools("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** A picture of the window, as PNG. */
  public byte[] picture() {
    return Base64.getDecoder().decode(call("GET", session + "/screenshot", null).asText());
  }

  @Override
  public void close() {
    try {
      call("DELETE", session, null);
    } finally {
      driver.destroy();
    }
  }

  private void devTools(String method, Map<String, ?> parameters) {
    command("/goog/cdp/execute", Map.of("cmd", method, "params", parameters));
  }

  private JsonNode command(String path, Map<String, ?> body) {
    return call("POST", session + path, body);
  }

  private JsonNode call(String method, String url, @Nullable Map<String, ?> body) {
    try {
      HttpRequest.BodyPublisher sent =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).method(method, sent).build();
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      JsonNode value = JSON.readTree(answer.body()).path("value");
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            value.path("error").asText() + ": " + value.path("message").asText());
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The sandbox of Chromium does not run as root, and this one sees our own pages alone. */
  private static Map<String, ?> capabilities(Programs programs) {
    Map<String, ?> options =
        Map.of(
            "binary",
            programs.browser().toString(),
            "args",
            List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--hide-scrollbars",
                "--no-first-run"));
    return Map.of(
        "capabilities",
        Map.of(
            "alwaysMatch",
            Map.of("goog:chromeOptions", options, "goog:loggingPrefs", Map.of("browser", "ALL"))));
  }

  private static Process start(Programs programs) {
    try {
      return new ProcessBuilder(programs.driver().toString(), "--port=0")
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The driver says it when it is ready; empty when it ends instead. What it says later nobody
   * reads, and it says little.
   */
  private static String port(Process driver) {
    try {
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(driver.getInputStream(), StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher port = PORT.matcher(line);
        if (port.find()) {
          return port.group(1);
        }
      }
      return ""; // it has ended
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a worker serves over HTTP. */
public final class Pages {

  // HTTP/1.1: there it tries again by itself on a connection that idled for too long.
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Pages() {}

  /** Searches every page for secrets, and returns them all. */
  public static String search(int port) {
    StringBuilder pages = new StringBuilder();
    for (String path :
        List.of(
            "/", "/health/live", "/health/ready", "/health/started", "/metrics", "/no-such-page")) {
      String page = page("http://127.0.0.1:" + port + path);
      SecretSearch.look("page " + path, page);
      pages.append(page).append('\n');
    }
    String events = events("http://127.0.0.1:" + port + "/events");
    SecretSearch.look("page /events", events);
    return pages.append(events).toString();
  }

  /** What a reader of the status page is told first; nothing where there is no such page. */
  private static String events(String url) {
    try (Stream<String> lines = get(url, BodyHandlers.ofLines()).body()) {
      return lines.filter(line -> line.startsWith("data: ")).limit(2).collect(joining("\n"));
    }
  }

  private static String page(String url) {
    var answer = get(url, BodyHandlers.ofString());
    return answer.headers() + "\n" + answer.body();
  }

  private static <T> HttpResponse<T> get(String url, BodyHandler<T> body) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
    try {
      return HTTP.send(request, body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Passes calls on to another server as they are, and records both directions. */
final class RecordingProxy implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of one connection, so each side makes its own. */
  private static final Set<String> NOT_PASSED =
      Set.of("connection", "host", "keep-alive", "content-length", "transfer-encoding", "upgrade");

  /**
   * A call and its answer.
   *
   * @param requestHeaders names in lower case; of a repeated header the first value
   * @param answerHeaders alike
   */
  record Exchange(
      Map<String, String> requestHeaders,
      String requestBody,
      int status,
      Map<String, String> answerHeaders) {}

  private final HttpServer server;
  private final Supplier<URI> target;
  private final Predicate<String> hidden;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .executor(threads)
          .build();
  private final ConcurrentLinkedQueue<Exchange> exchanges = new ConcurrentLinkedQueue<>();

  /**
   * Starts on a free port.
   *
   * @param address to listen on; the wildcard address lets containers in
   * @param target scheme, host and port that paths are appended to; asked at each call
   * @param hidden which headers of answers are not passed back, by lower-case name
   */
  RecordingProxy(InetSocketAddress address, Supplier<URI> target, Predicate<String> hidden) {
    this.target = target;
    this.hidden = hidden;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** What has passed so far, in the order of the answers. */
  List<Exchange> exchanges() {
    return List.copyOf(exchanges);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      HttpResponse<byte[]> answer = pass(exchange, body);
      exchanges.add(
          new Exchange(
              first(exchange.getRequestHeaders()),
              new String(body, StandardCharsets.UTF_8),
              answer.statusCode(),
              first(answer.headers().map())));
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (isPassed(name) && !hidden.test(name.toLowerCase(Locale.ROOT))) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private HttpResponse<byte[]> pass(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.get().resolve(exchange.getRequestURI().toString()))
            .timeout(PATIENCE)
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (isPassed(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a call was passed on", e);
    }
  }

  private static boolean isPassed(String name) {
    return !NOT_PASSED.contains(name.toLowerCase(Locale.ROOT));
  }

  private static Map<String, String> first(Map<String, List<String>> headers) {
    Map<String, String> plain = new HashMap<>();
    headers.forEach((name, values) -> plain.put(name.toLowerCase(Locale.ROOT), values.get(0)));
    return Map.copyOf(plain);
  }
}

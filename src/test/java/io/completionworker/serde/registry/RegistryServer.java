// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** A local HTTP server that answers each request with the next of its behaviours. */
public final class RegistryServer implements AutoCloseable {

  /** What it does with a request. */
  @FunctionalInterface
  public interface Behaviour {
    void handle(HttpExchange exchange) throws IOException;
  }

  /** A request as it came. */
  public record Request(
      String line,
      @Nullable String accept,
      @Nullable String contentType,
      @Nullable String authorization,
      String body) {}

  static {
    // Otherwise every answer waits 40 ms for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final HttpServer server;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Headers> headers = new CopyOnWriteArrayList<>();
  private final Deque<Behaviour> behaviours = new ArrayDeque<>();

  /** Starts; the last behaviour repeats. */
  public RegistryServer(Behaviour... behaviours) {
    this(http(), behaviours);
  }

  private RegistryServer(HttpServer server, Behaviour... behaviours) {
    this.server = server;
    behave(behaviours);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts with TLS; the last behaviour repeats. */
  static RegistryServer https(SSLContext context, boolean askForKey, Behaviour... behaviours) {
    try {
      HttpsServer server = HttpsServer.create(anyPort(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters tls = context.getDefaultSSLParameters();
              tls.setNeedClientAuth(askForKey);
              parameters.setSSLParameters(tls);
            }
          });
      return new RegistryServer(server, behaviours);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpServer http() {
    try {
      return HttpServer.create(anyPort(), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Replaces what it does. */
  public synchronized void behave(Behaviour... next) {
    behaviours.clear();
    behaviours.addAll(List.of(next));
  }

  /** Its url. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Where it listens. */
  int port() {
    return server.getAddress().getPort();
  }

  /** What has come so far. */
  public List<Request> requests() {
    return requests;
  }

  /** All headers of what has come so far. */
  List<Headers> headers() {
    return headers;
  }

  /** First lines of what has come so far. */
  public List<String> lines() {
    return requests.stream().map(Request::line).toList();
  }

  /** Answers with JSON. */
  public static Behaviour answer(int status, String json) {
    return exchange -> {
      byte[] body = json.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    };
  }

  /** Answers with an id. */
  public static Behaviour id(int id) {
    return answer(200, "{\"id\":" + id + "}");
  }

  /** Answers with a schema. */
  public static Behaviour schema(String schema) {
    return answer(200, "{\"schema\":\"" + schema.replace("\"", "\\\"") + "\"}");
  }

  /** Answers with an error in the registry's form. */
  public static Behaviour error(int status, int code, String message) {
    return answer(status, "{\"error_code\":" + code + ",\"message\":\"" + message + "\"}");
  }

  /** Breaks the connection without an answer. */
  public static Behaviour drop() {
    return HttpExchange::close;
  }

  /** Never answers. */
  public Behaviour hang() {
    return exchange -> awaitClose();
  }

  /** Begins an answer and never ends it. */
  public Behaviour hangInBody() {
    return exchange -> {
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      awaitClose();
    };
  }

  private void awaitClose() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    Headers came = exchange.getRequestHeaders();
    headers.add(came);
    requests.add(
        new Request(
            line,
            came.getFirst("Accept"),
            came.getFirst("Content-Type"),
            came.getFirst("Authorization"),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    next().handle(exchange);
  }

  private synchronized Behaviour next() {
    return behaviours.size() > 1 ? behaviours.removeFirst() : behaviours.getFirst();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}

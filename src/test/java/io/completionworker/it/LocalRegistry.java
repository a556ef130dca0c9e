// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A schema registry for workers of several processes: registers whatever it is given. */
public final class LocalRegistry implements AutoCloseable {

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Map<Integer, String> schemas = new LinkedHashMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
  private volatile boolean down;
  private volatile @Nullable String demanded;

  LocalRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** For {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What callers have authenticated with. */
  Set<String> authorizations() {
    return Set.copyOf(authorizations);
  }

  /**
   * From now on, every call is answered with 503, which quotes what the caller authenticated with.
   */
  public void down(boolean isDown) {
    down = isDown;
  }

  /** It starts anew without what it knew; what is registered from now on gets the ids it had. */
  synchronized void lose() {
    schemas.clear();
  }

  /** It has its schemas back, under their ids. */
  synchronized void restore() {
    ids.forEach((schema, id) -> schemas.put(id, schema));
  }

  /** From now on, who does not log in so is refused: a name, a colon and a password. */
  void demand(String userInfo) {
    demanded = userInfo;
  }

  /** What a client needs to get in. */
  Map<String, String> settings() {
    String userInfo = demanded;
    return userInfo == null
        ? Map.of("schema.registry.url", url())
        : Map.of(
            "schema.registry.url",
            url(),
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            userInfo);
  }

  /** Where it listens. */
  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String caller = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
      authorizations.add(caller);
      if (down) {
        answer(exchange, 503, Map.of("error_code", 50301, "message", "Not now, " + caller));
        return;
      }
      if (!mayCome(caller)) {
        answer(exchange, 401, Map.of("error_code", 40101, "message", "Unauthorized"));
        return;
      }
      String path = exchange.getRequestURI().getPath();
      Map<String, Object> answer;
      if (path.startsWith("/schemas/ids/")) {
        answer = schema(Integer.parseInt(path.substring("/schemas/ids/".length())));
      } else if (path.startsWith("/schemas/")) {
        answer = schema(-1); // by GUID: it has none
      } else if (path.endsWith("/versions/latest")) {
        answer = Map.of("error_code", 40401, "message", "Subject not found");
      } else {
        answer = register(json.readTree(exchange.getRequestBody()));
      }
      answer(exchange, answer.containsKey("error_code") ? 404 : 200, answer);
    }
  }

  private boolean mayCome(String caller) {
    String userInfo = demanded;
    return userInfo == null
        || caller.equals(
            "Basic "
                + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
  }

  private void answer(HttpExchange exchange, int status, Map<String, Object> answer)
      throws IOException {
    byte[] body = json.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private synchronized Map<String, Object> register(JsonNode request) {
    String schema = request.path("schema").asText();
    int id = ids.computeIfAbsent(schema, s -> ids.size() + 1);
    schemas.put(id, schema);
    return Map.of("id", id);
  }

  private synchronized Map<String, Object> schema(int id) {
    String schema = schemas.get(id);
    return schema == null
        ? Map.of("error_code", 40403, "message", "Schema not found")
        : Map.of("schema", schema);
  }
}

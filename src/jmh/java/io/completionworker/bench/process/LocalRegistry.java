// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;

/** A schema registry on loopback that takes every schema. Its server has one thread. */
public final class LocalRegistry implements AutoCloseable {

  private static final String BY_ID = "/schemas/ids/";

  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final HttpServer server;

  /** Starts on a free port. */
  public LocalRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  /** For {@code schema.registry.url}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Map<String, Object> answer =
          path.startsWith(BY_ID)
              ? schema(Integer.parseInt(path.substring(BY_ID.length())))
              : register(json.readTree(exchange.getRequestBody()));
      byte[] body = json.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("content-type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.containsKey("error_code") ? 404 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Map<String, Object> register(JsonNode request) {
    String schema = request.path("schema").asText();
    return Map.of("id", ids.computeIfAbsent(schema, added -> ids.size() + 1));
  }

  private Map<String, Object> schema(int id) {
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      if (entry.getValue() == id) {
        return Map.of("schema", entry.getKey());
      }
    }
    return Map.of("error_code", 40403, "message", "Schema not found");
  }
}

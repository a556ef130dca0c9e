// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;

/**
 * A registry in this process that keeps versions and refuses what the newest of them and the next
 * one cannot both read.
 */
public final class SubjectServer implements AutoCloseable {

  private static final String INCOMPATIBLE = "Schema being registered is incompatible";

  private final ObjectMapper json = new ObjectMapper();
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<String>> subjects = new LinkedHashMap<>();
  private final RegistryServer server = new RegistryServer(this::handle);

  /** For {@code schema.registry.url}. */
  public String url() {
    return server.url();
  }

  /** First lines of what has come so far. */
  public List<String> lines() {
    return server.lines();
  }

  /** The versions of a subject, the newest last. */
  public synchronized List<String> versions(String subject) {
    return List.copyOf(subjects.getOrDefault(subject, List.of()));
  }

  /** Makes a version as somebody else would, whether it fits or not. */
  public synchronized void put(String subject, String schema) {
    String text = new Schema.Parser().parse(schema).toString();
    if (!schemas.contains(text)) {
      schemas.add(text);
    }
    List<String> versions = subjects.computeIfAbsent(subject, name -> new ArrayList<>());
    if (!versions.contains(text)) {
      versions.add(text);
    }
  }

  @Override
  public void close() {
    server.close();
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    List<String> parts = List.of(path.substring(1).split("/", -1));
    if (exchange.getRequestMethod().equals("GET")) {
      get(exchange, path, parts);
      return;
    }
    // its request has been read into the list of those that came
    String body = server.requests().get(server.requests().size() - 1).body();
    Schema schema = new Schema.Parser().parse(json.readTree(body).path("schema").asText());
    if (parts.get(0).equals("compatibility")) {
      compatibility(exchange, parts.get(2), schema);
    } else if (path.endsWith("/versions")) {
      register(exchange, parts.get(1), schema);
    } else {
      find(exchange, parts.get(1), schema);
    }
  }

  private void get(HttpExchange exchange, String path, List<String> parts) throws IOException {
    if (path.endsWith("/versions/latest")) {
      List<String> versions = subjects.getOrDefault(parts.get(1), List.of());
      if (versions.isEmpty()) {
        noSubject(exchange);
      } else {
        version(exchange, parts.get(1), versions.get(versions.size() - 1));
      }
    } else {
      int id = Integer.parseInt(parts.get(parts.size() - 1));
      RegistryServer.answer(200, text(Map.of("schema", schemas.get(id - 1)))).handle(exchange);
    }
  }

  private void find(HttpExchange exchange, String subject, Schema schema) throws IOException {
    if (!subjects.containsKey(subject)) {
      noSubject(exchange);
    } else if (versions(subject).contains(schema.toString())) {
      version(exchange, subject, schema.toString());
    } else {
      RegistryServer.error(404, 40403, "Schema not found").handle(exchange);
    }
  }

  private void register(HttpExchange exchange, String subject, Schema schema) throws IOException {
    if (!versions(subject).contains(schema.toString()) && !fits(subject, schema)) {
      RegistryServer.error(409, 409, INCOMPATIBLE + " with an earlier schema").handle(exchange);
      return;
    }
    put(subject, schema.toString());
    RegistryServer.id(schemas.indexOf(schema.toString()) + 1).handle(exchange);
  }

  private void compatibility(HttpExchange exchange, String subject, Schema schema)
      throws IOException {
    if (versions(subject).isEmpty()) {
      noSubject(exchange);
      return;
    }
    boolean fits = fits(subject, schema);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("is_compatible", fits);
    answer.put("messages", fits ? List.of() : List.of("the newest version cannot read it"));
    RegistryServer.answer(200, text(answer)).handle(exchange);
  }

  private boolean fits(String subject, Schema schema) {
    List<String> versions = versions(subject);
    if (versions.isEmpty()) {
      return true;
    }
    Schema newest = new Schema.Parser().parse(versions.get(versions.size() - 1));
    return reads(newest, schema) && reads(schema, newest);
  }

  private static boolean reads(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }

  private void version(HttpExchange exchange, String subject, String schema) throws IOException {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("subject", subject);
    answer.put("id", schemas.indexOf(schema) + 1);
    answer.put("version", versions(subject).indexOf(schema) + 1);
    answer.put("schema", schema);
    RegistryServer.answer(200, text(answer)).handle(exchange);
  }

  private static void noSubject(HttpExchange exchange) throws IOException {
    RegistryServer.error(404, 40401, "Subject not found.").handle(exchange);
  }

  private String text(Map<String, Object> answer) throws IOException {
    JsonNode tree = json.valueToTree(answer);
    return json.writeValueAsString(tree);
  }
}

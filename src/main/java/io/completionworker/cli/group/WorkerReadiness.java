package io.completionworker.cli.group;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.config.ManagementConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the management port of the settings, where a worker with the same settings may listen,
 * whether it is ready.
 */
public final class WorkerReadiness {

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int MOST_BYTES = 1 << 16;
  private static final int LONGEST_REASON = 300;

  private final ManagementConfig management;
  private final ObjectMapper json = new ObjectMapper();

  /** Asks nothing yet. */
  public WorkerReadiness(ManagementConfig management) {
    this.management = management;
  }

  /** The first reason of a worker that is not ready; empty when it is, or none answers. */
  public Optional<String> hindrance() {
    if (management.port() < 1) {
      return Optional.empty();
    }
    String host = ANY_ADDRESS.contains(management.host()) ? "127.0.0.1" : management.host();
    try {
      URI ready = new URI("http", null, host, management.port(), "/health/ready", null, null);
      HttpURLConnection connection =
          (HttpURLConnection) ready.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setInstanceFollowRedirects(false);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_UNAVAILABLE
            ? reason(connection).map(why -> "the worker at " + ready.getAuthority() + why)
            : Optional.empty();
      } finally {
        connection.disconnect();
      }
    } catch (IOException | URISyntaxException e) {
      return Optional.empty(); // it listens elsewhere, or for others only
    }
  }

  /** Anything may listen there; only a worker says it so. */
  private Optional<String> reason(HttpURLConnection connection) throws IOException {
    try (InputStream body = connection.getErrorStream()) {
      if (body == null) {
        return Optional.empty();
      }
      JsonNode health = json.readTree(body.readNBytes(MOST_BYTES));
      JsonNode first = health.path("reasons").path(0);
      if (!health.path("status").asText().equals("down") || !first.isTextual()) {
        return Optional.empty();
      }
      String reason = first.textValue().replaceAll("\\p{Cntrl}", "?");
      return Optional.of(
          " is not ready: " + reason.substring(0, Math.min(LONGEST_REASON, reason.length())));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.ManagementConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks management servers of instances. Any process may listen on such a port, so the size of an
 * answer and the time for it are bounded, and its texts are made fit to be printed.
 */
final class ManagementClient {

  private static final Set<String> ANY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");
  private static final int CONNECT_TIMEOUT_MILLIS = 1_000;
  private static final int LONGEST_TEXT = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Duration timeout;
  private final int mostBytes;

  /**
   * @param timeout how long an answer may take
   * @param mostBytes the bytes of an answer that are read
   */
  ManagementClient(Duration timeout, int mostBytes) {
    this.timeout = timeout;
    this.mostBytes = mostBytes;
  }

  /** An answer; without a body, the node is missing. */
  record Answer(int status, JsonNode body) {}

  /**
   * Returns host:port of the server that these settings describe, as this machine can reach it;
   * empty if it is switched off.
   */
  static Optional<String> address(ManagementConfig management) {
    if (management.port() < 1) {
      return Optional.empty();
    }
    String host = ANY_ADDRESS.contains(management.host()) ? "127.0.0.1" : management.host();
    boolean bare = host.indexOf(':') >= 0 && !host.startsWith("[");
    return Optional.of((bare ? "[" + host + "]" : host) + ":" + management.port());
  }

  /**
   * Asks for a page.
   *
   * @param address host:port
   * @return empty if nobody answers there in time, or with something other than JSON
   */
  Optional<Answer> get(String address, String path) {
    try {
      URI uri = new URI("http://" + address + path);
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(CONNECT_TIMEOUT_MILLIS);
      connection.setReadTimeout((int) timeout.toMillis());
      connection.setInstanceFollowRedirects(false);
      try {
        int status = connection.getResponseCode();
        boolean failed = status >= HttpURLConnection.HTTP_BAD_REQUEST;
        return Optional.of(
            new Answer(
                status, json(failed ? connection.getErrorStream() : connection.getInputStream())));
      } finally {
        connection.disconnect();
      }
    } catch (IOException | URISyntaxException e) {
      return Optional.empty();
    }
  }

  private JsonNode json(@Nullable InputStream body) throws IOException {
    if (body == null) {
      return MissingNode.getInstance();
    }
    try (body) {
      return JSON.readTree(body.readNBytes(mostBytes));
    }
  }

  /** Returns a text of an answer; empty if it is none. */
  static Optional<String> text(JsonNode node) {
    if (!node.isTextual() || node.textValue().isEmpty()) {
      return Optional.empty();
    }
    String text = PrintableText.of(node.textValue());
    return Optional.of(text.substring(0, Math.min(LONGEST_TEXT, text.length())));
  }
}

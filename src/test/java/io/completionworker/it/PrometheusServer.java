// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.deploy.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Prometheus with the repository's configuration, which scrapes one worker of this machine. */
final class PrometheusServer implements AutoCloseable {

  private static final Path CONFIG = Path.of("deploy", "prometheus");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Process process;
  private final Path log;
  private final int port;

  private PrometheusServer(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param directory for its files
   * @param workerPort where the worker has its metrics
   */
  static PrometheusServer start(Tool prometheus, Path directory, int workerPort) {
    int port = freePort();
    Path log = directory.resolve("prometheus.log");
    try {
      Path config = directory.resolve("prometheus.yml");
      Files.writeString(
          config,
          Files.readString(CONFIG.resolve("prometheus.yml"))
              .replace("worker:8080", "127.0.0.1:" + workerPort)
              .replace("alerts.yml", CONFIG.resolve("alerts.yml").toAbsolutePath().toString())
              .replaceAll("_interval: \\d+s", "_interval: 1s"));
      Process process =
          new ProcessBuilder(
                  prometheus.command(
                      "--config.file=" + config,
                      "--storage.tsdb.path=" + directory.resolve("data"),
                      "--web.listen-address=127.0.0.1:" + port))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new PrometheusServer(process, log, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it answers queries. */
  boolean ready() {
    if (!process.isAlive()) {
      throw new IllegalStateException("Prometheus has ended: " + read(log));
    }
    try {
      return ask("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** The values that a query has now, by their series; empty where it has none. */
  JsonNode query(String text) {
    String query = URLEncoder.encode(text, StandardCharsets.UTF_8);
    try {
      JsonNode answer = json.readTree(ask("/api/v1/query?query=" + query).body());
      if (!answer.path("status").asText().equals("success")) {
        throw new IllegalStateException(text + ": " + answer.path("error").asText());
      }
      return answer.at("/data/result");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a query has a value now that is a number. */
  boolean hasData(String text) {
    for (JsonNode series : query(text)) {
      if (!series.at("/value/1").asText().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private java.net.http.HttpResponse<String> ask(String path) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    try {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Prometheus was asked", e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

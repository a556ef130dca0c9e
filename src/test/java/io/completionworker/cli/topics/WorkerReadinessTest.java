// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.completionworker.cli.topics.WorkerGroup.WorkerReadiness;
import io.completionworker.config.WorkerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerReadinessTest {

  private HttpServer server;
  private int status;
  private String body = "";

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/health/ready",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldSayWhyAWorkerIsNotReady() {
    answers(503, "{\"status\":\"down\",\"reasons\":[\"on\\nhold\",\"more\"]}");

    assertThat(notReadyReason()).hasValue(said(" is not ready: on?hold", false));
  }

  @Test
  void shouldSayWhatTheRequestsOfAReadyWorkerWaitFor() {
    answers(
        200,
        "{\"status\":\"up\",\"reasons\":[],\"waits\":[{\"kind\":\"cool-down\",\"name\":\"the"
            + " virtual key\","
            + "\"model\":\"m\",\"tier\":\"flex\",\"reason\":\"RATE_LIMITED\",\"status\":429,\"detail\":\"\",\"said\":\"slow"
            + " down\",\"until\":\"2026-01-31T08:00:00.123Z\",\"waiting\":60}]}");

    assertThat(notReadyReason())
        .hasValue(
            said(
                " is ready, but 60 requests wait for a cool-down of the virtual key, model m,"
                    + " service tier flex, until 2026-01-31T08:00:00Z: RATE_LIMITED, status 429,"
                    + " \"slow down\"",
                true));
  }

  @Test
  void shouldSayLittleWhereLittleIsKnown() {
    answers(
        200,
        "{\"status\":\"up\",\"waits\":[{\"kind\":\"cool-down\",\"waiting\":1,\"model\":null}]}");

    assertThat(notReadyReason())
        .hasValue(said(" is ready, but 1 request waits for a cool-down", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"status\":\"up\",\"reasons\":[]}",
        "200 | {\"status\":\"up\",\"waits\":[{\"kind\":\"cool-down\",\"waiting\":0}]}",
        "200 | {\"status\":\"else\",\"waits\":[{\"kind\":\"cool-down\",\"waiting\":9}]}",
        "200 | <html>",
        "200 | []",
        "503 | {\"status\":\"down\",\"reasons\":[7]}",
        "503 | busy",
        "404 | {\"status\":\"down\",\"reasons\":[\"x\"]}",
      })
  void shouldSayNothingOfWhatNoWorkerSays(int code, String text) {
    answers(code, text);

    assertThat(notReadyReason()).isEmpty();
  }

  private void answers(int code, String text) {
    status = code;
    body = text;
  }

  private WorkerReadiness.Hindrance said(String text, boolean ready) {
    return new WorkerReadiness.Hindrance(
        "the worker at 127.0.0.1:" + server.getAddress().getPort() + text, ready);
  }

  private Optional<WorkerReadiness.Hindrance> notReadyReason() {
    return new WorkerReadiness(
            WorkerConfig.load(
                    Optional.empty(),
                    Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
                        "SCHEMA_REGISTRY_URL", "mock://a",
                        "MANAGEMENT_PORT", Integer.toString(server.getAddress().getPort())))
                .management())
        .notReadyReason();
  }
}

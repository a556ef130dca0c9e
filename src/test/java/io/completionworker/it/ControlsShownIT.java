// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.ControlKind;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators want done is seen in readiness and in meters, and makes no instance unready. */
class ControlsShownIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Stand stand = new Stand(Behaviour.instant(), 2);
  private final Operator operator = new Operator(stand);

  @AfterEach
  void close() {
    operator.close();
    stand.close();
  }

  @Test
  void shouldStayReadyAndSayWhatIsPausedByWhomAndHowManyRequestsWait() throws Exception {
    Instant end = Instant.now().plusSeconds(3_600);
    operator.put("pause-1", Operator.control(ControlKind.PAUSE).setModel("gpt*").setExpiresAt(end));
    operator.put(
        "limit-1", Operator.control(ControlKind.LIMIT).setVirtualKey("k*").setMaxInFlight(3));
    operator.putText("odd", "no control");
    stand.publish(0, 10, 5);

    try (SearchedWorker worker = stand.start(Map.of())) {
      await().atMost(LONG).until(() -> waiting(worker) == 10);

      assertThat(count(worker, "pause")).isEqualTo(1);
      assertThat(count(worker, "limit")).isEqualTo(1);
      assertThat(count(worker, "unreadable")).isEqualTo(1);
      assertThat(count(worker, "cancel")).isZero();
      await().atMost(LONG).until(() -> ready(worker).at("/controls/1/waiting").asInt() == 10);
      JsonNode ready = ready(worker);
      assertThat(ready.path("status").asText()).isEqualTo("up");
      assertThat(ready.path("reasons").toString()).contains("control odd cannot be read: ");
      assertThat(ready.at("/controls/0/kind").asText()).isEqualTo("unreadable");
      JsonNode pause = ready.at("/controls/1");
      assertThat(pause.path("what").asText()).isEqualTo("model gpt*");
      assertThat(pause.path("by").asText()).isEqualTo("ops");
      assertThat(pause.path("why").asText()).isEqualTo("a test");
      assertThat(Instant.parse(pause.path("until").asText())).isBetween(end.minusSeconds(1), end);
      assertThat(ready.at("/controls/2/fault").asText())
          .isEqualTo("it selects by virtual key, and rate.limit.scope is worker");
      assertThat(ready.toString()).as("patterns of virtual keys").doesNotContain("k*");

      operator.withdraw("pause-1");
      await().atMost(LONG).until(() -> stand.endpoint.total() == 10 && waiting(worker) == 0);
      assertThat(count(worker, "pause")).isZero();
    }
  }

  private static double waiting(SearchedWorker worker) {
    return worker.meters().get(RequestMeters.WAITING.name()).tag("for", "pause").gauge().value();
  }

  private static double count(SearchedWorker worker, String kind) {
    return worker.meters().get(HealthMeters.CONTROLS.name()).tag("kind", kind).gauge().value();
  }

  private static JsonNode ready(SearchedWorker worker) throws IOException {
    String url = "http://127.0.0.1:" + worker.managementPort() + "/health/ready";
    try (InputStream answer = URI.create(url).toURL().openStream()) {
      return JSON.readTree(answer);
    }
  }
}

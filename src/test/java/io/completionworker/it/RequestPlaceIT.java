// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.ControlKind;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a pending request is, as its instance says it. */
class RequestPlaceIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void shouldSayWhichCallIsOpenAndWhatTheOthersWaitFor() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 1);
        Operator operator = new Operator(stand)) {
      stand.endpoint.hang();
      operator.put("p-1", Operator.control(ControlKind.PAUSE).setRequestId("r-2"));
      try (SearchedWorker worker = stand.start(Map.of("async.max.in.flight", "1"))) {
        stand.publish(0, 3, 3);
        await().atMost(LONG).until(() -> state(worker, "r-0").equals("open"));
        await().atMost(LONG).until(() -> state(worker, "completion-requests-0-2").equals("paused"));
        await().atMost(LONG).until(() -> state(worker, "r-1").equals("waiting"));

        JsonNode open = place(worker, "r-0");
        assertThat(Instant.parse(open.path("since").asText()))
            .isBetween(Instant.now().minus(LONG), Instant.now().plusSeconds(1));
        assertThat(place(worker, "completion-requests-0-0").path("request_id").asText())
            .isEqualTo("r-0");
        assertThat(place(worker, "r-1").path("waits_for").asText()).isEqualTo("slot");
        assertThat(place(worker, "completion-requests-0-2").path("control").asText())
            .isEqualTo("p-1");
        assertThat(state(worker, "r-3")).isEmpty();
        assertThat(open.toString()).as("the prompt").doesNotContain("messages", "content");

        RunningCommand find =
            Commands.command(
                stand,
                Map.of(),
                "find r-1 --instance 127.0.0.1:1 --instance http://127.0.0.1:"
                    + worker.managementPort());
        assertThat(find.await()).as(find.all()).isZero();
        assertThat(find.out())
            .containsPattern(
                "no outcome yet: at 127.0.0.1:[0-9]+, it waits for a free slot since \\S+Z\\.");
      }
    }
  }

  @Test
  void shouldSayUntilWhenARequestIsInBackoff() throws Exception {
    Behaviour failing = Behaviour.builder().respondWith(call -> Reply.serverError()).build();
    Map<String, String> settings =
        Map.of("retry.initial.backoff.ms", "600000", "retry.max.backoff.ms", "600000");
    try (Stand stand = new Stand(failing, 1);
        SearchedWorker worker = stand.start(settings)) {
      stand.publish(0, 1, 1);
      await().atMost(LONG).until(() -> place(worker, "r-0").hasNonNull("until"));

      JsonNode place = place(worker, "r-0");
      assertThat(place.path("state").asText()).isEqualTo("backoff");
      assertThat(place.path("attempts").asInt()).isEqualTo(1);
      assertThat(Instant.parse(place.path("until").asText()))
          .isAfter(Instant.parse(place.path("since").asText()));
      assertThat(place.path("text").asText())
          .matches("waits for its next attempt, until about \\S+Z, after 1 attempt");
    }
  }

  private String state(SearchedWorker worker, String request) throws Exception {
    return place(worker, request).path("state").asText();
  }

  private JsonNode place(SearchedWorker worker, String request) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + worker.managementPort() + "/requests/" + request);
    return JSON.readTree(
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
  }
}

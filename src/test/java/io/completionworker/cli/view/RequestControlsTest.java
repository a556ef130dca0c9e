// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import io.completionworker.cli.control.AppliedControls.RequestFacts;
import io.completionworker.cli.records.ValueDecoder.Decoded;
import io.completionworker.cli.view.RequestControls.Published;
import io.completionworker.cli.view.RequestHistory.Found;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestControlsTest {

  private static final Secret CONFIGURED = new Secret("configured");

  private final CompletionRequest.Builder request =
      CompletionRequest.newBuilder()
          .setRequestId("r-1")
          .setModel("gpt-4o")
          .setUser("user-1")
          .setMessages(List.of(Message.newBuilder().setRole("user").setContent("x").build()));

  private final ConsumerRecord<byte[], byte[]> record =
      new ConsumerRecord<>("completion-requests", 0, 7, new byte[0], new byte[] {1});

  private final List<Found> outputs = new ArrayList<>();

  @Test
  void shouldTakeWhatTheRequestNames() {
    request.setPortkey(
        PortkeyOptions.newBuilder()
            .setVirtualKey("vk")
            .setTraceId("trace-1")
            .setMetadata(Map.of("tenant", "acme"))
            .build());

    RequestFacts facts = facts();

    assertThat(facts)
        .isEqualTo(
            new RequestFacts(
                "r-1",
                "trace-1",
                "user-1",
                "vk",
                "gpt-4o",
                Map.of("tenant", "acme"),
                record.timestamp()));
  }

  @Test
  void shouldPreferHeadersAsTheWorkerDoes() {
    request.setPortkey(
        PortkeyOptions.newBuilder()
            .setVirtualKey("vk")
            .setTraceId("trace-1")
            .setMetadata(Map.of("tenant", "acme"))
            .build());
    header("x-portkey-virtual-key", "vk-2");
    header("x-portkey-trace-id", "trace-2");
    header("x-portkey-metadata", "{\"team\":\"search\",\"count\":3}");

    assertThat(facts().virtualKey()).isEqualTo("vk-2");
    assertThat(facts().traceId()).isEqualTo("trace-2");
    assertThat(facts().metadata()).isEqualTo(Map.of("team", "search", "count", "3"));
  }

  @Test
  void shouldTakeTheConfiguredVirtualKeyWhereTheRequestNamesNone() {
    assertThat(facts().virtualKey()).isEqualTo("configured");
    assertThat(facts().metadata()).isEmpty();
    assertThat(facts().traceId()).isNull();
  }

  @Test
  void shouldTakeTheTraceOfTheCallerOrOfAnOutcome() {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    header("traceparent", "00-" + trace + "-b7ad6b7169203331-01");
    assertThat(facts().traceId()).isEqualTo(trace);

    ConsumerRecord<byte[], byte[]> outcome =
        new ConsumerRecord<>("completion-responses", 0, 1, new byte[0], new byte[] {1});
    outcome.headers().add("x-portkey-trace-id", "made".getBytes(StandardCharsets.UTF_8));
    Decoded<CompletionRequest> unread = new Decoded<>(Optional.empty(), Optional.empty(), false);
    outputs.add(new Found(Role.RESPONSES, SeenRecord.of(outcome, unread)));
    assertThat(facts().traceId()).isEqualTo("made");
  }

  /** The worker compares what a call sends. */
  @Test
  void shouldCutLongMetadataAsACallDoes() {
    header("x-portkey-metadata", "{\"prompt\":\"" + "x".repeat(129) + "\"}");

    assertThat(facts().metadata()).isEqualTo(Map.of("prompt", "x".repeat(128)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "", "[]", "\"tenant\""})
  void shouldFindNoMetadataInAHeaderThatCannotBeRead(String json) {
    header("x-portkey-metadata", json);

    assertThat(facts().metadata()).isEmpty();
  }

  private RequestFacts facts() {
    CompletionRequest built = request.build();
    List<Found> found = new ArrayList<>(outputs);
    Decoded<CompletionRequest> decoded = new Decoded<>(Optional.of(built), Optional.empty(), false);
    found.add(0, new Found(Role.REQUESTS, SeenRecord.of(record, decoded)));
    return RequestControls.facts("r-1", new Published(built, record), found, CONFIGURED);
  }

  private void header(String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}

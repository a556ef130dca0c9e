// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.ControlTopic.Entry;
import io.completionworker.cli.records.ValueDecoder.Decoded;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlListTest {

  private static final Instant NOW = Instant.parse("2026-01-31T08:00:00Z");

  private final Entry cancel =
      entry(
          "cancel-1",
          record(ControlKind.CANCEL)
              .setBatchId("b-7")
              .setReason("wrong\nfile")
              .setPublishedBefore(NOW.minusSeconds(60)));

  private final Entry limit =
      entry(
          "limit-1",
          record(ControlKind.LIMIT)
              .setVirtualKey("vk-secret")
              .setRequestsPerMinute(60.0)
              .setCreatedBy("")
              .setExpiresAt(NOW));

  private final Entry strange =
      entry("strange", record(ControlKind.UNKNOWN).setBatchId("b-7").setReason("soon"));

  private final Entry broken =
      Entry.of(
          "broken", new Decoded<>(Optional.empty(), Optional.of("Unknown magic byte!"), false));

  @Test
  void shouldSayWhatEachControlDoesAndWhoMadeItWhenAndWhy() {
    List<String> lines = new ControlList(List.of(cancel, limit), NOW).lines(500);

    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).split(" +"))
        .containsExactly("ID", "KIND", "WHAT", "BY", "MADE", "UNTIL", "WHY");
    assertThat(lines.get(1).split(" {2,}"))
        .containsExactly(
            "cancel-1",
            "cancel",
            "batch b-7; published before 2026-01-31T07:59:00Z",
            "ops",
            "2026-01-31T07:59:00Z",
            "-",
            "wrong?file");
  }

  @Test
  void shouldMarkWhatHasExpiredFromThatMomentOn() {
    assertThat(new ControlList(List.of(limit), NOW).lines(500).get(1).split(" {2,}"))
        .containsExactly(
            "limit-1",
            "limit",
            "virtual key 2638c7e14a126418; 60 requests a minute",
            "-",
            "2026-01-31T07:59:00Z",
            "expired 2026-01-31T08:00:00Z",
            "-");
    assertThat(new ControlList(List.of(limit), NOW.minusMillis(1)).lines(500).get(1))
        .contains(" 2026-01-31T08:00:00Z")
        .doesNotContain("expired");
  }

  @Test
  void shouldShowWhatCannotBeReadWithItsFault() {
    assertThat(new ControlList(List.of(strange, broken), NOW).lines(500).subList(1, 3))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("is ignored, since it cannot be read: kind: is not known", "soon"),
            line ->
                assertThat(line)
                    .contains("is ignored, since it cannot be read: Unknown magic byte!"));
  }

  @Test
  void shouldPutEachValueOnItsOwnLineWhereATableIsTooWide() {
    assertThat(new ControlList(List.of(cancel), NOW).lines(60))
        .startsWith("ID cancel-1", "  KIND cancel")
        .contains("  WHY wrong?file");
  }

  @Test
  void shouldSayThatThereIsNone() {
    assertThat(new ControlList(List.of(), NOW).lines(80)).containsExactly("There is no control");
    assertThat(new ControlList(List.of(), NOW).json()).isEmpty();
  }

  @Test
  void shouldGiveScriptsTheFieldsOfTheRecordsWithoutVirtualKeys() throws Exception {
    List<String> lines = new ControlList(List.of(cancel, limit, broken), NOW).json();

    JsonNode first = new ObjectMapper().readTree(lines.get(0));
    assertThat(first.path("id").asText()).isEqualTo("cancel-1");
    assertThat(first.path("kind").asText()).isEqualTo("CANCEL");
    assertThat(first.path("batch_id").asText()).isEqualTo("b-7");
    assertThat(first.path("expired").asBoolean()).isFalse();
    assertThat(first.has("virtual_key")).isFalse();
    JsonNode second = new ObjectMapper().readTree(lines.get(1));
    assertThat(second.path("expired").asBoolean()).isTrue();
    assertThat(second.path("virtual_key").asText()).isEqualTo("sha256:2638c7e14a126418");
    assertThat(lines.get(2))
        .isEqualTo("{\"id\":\"broken\",\"expired\":false,\"fault\":\"Unknown magic byte!\"}");
    assertThat(lines).noneMatch(line -> line.contains("vk-secret"));
  }

  static CompletionControl.Builder record(ControlKind kind) {
    return CompletionControl.newBuilder()
        .setKind(kind)
        .setCreatedAt(NOW.minusSeconds(60))
        .setCreatedBy("ops");
  }

  static Entry entry(String id, CompletionControl.Builder record) {
    return Entry.of(id, new Decoded<>(Optional.of(record.build()), Optional.empty(), false));
  }
}

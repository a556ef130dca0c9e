// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.gateway.json.RequestEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The real command, with lines that only some endpoints know and files that are no UTF-8. */
@Tag("long")
class SubmitDialectsIT {

  private static final SubmitStand stand = new SubmitStand();

  /** Not by JUnit, which closes fields after the search for secrets. */
  @AfterAll
  static void close() {
    stand.close();
  }

  @Test
  void shouldSendWhatALineSays() throws Exception {
    List<String> lines =
        List.of(
            """
            {"model":"R02","messages":[{"role":"user","content":[{"type":"video_url",\
            "video_url":{"url":"https://example.org/a.mp4"}}]},{"role":"assistant",\
            "reasoning_content":"r","annotations":[],"refusal":null,"tool_calls":[{"id":"c1",\
            "type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":\
            {"thought_signature":"s"}}}]},{"role":"tool","tool_call_id":"c1","content":"rain"}]}""",
            """
            {"model":"R01c","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function",\
            "function":{"name":"f"},"cache_control":{"type":"ephemeral"}},{"type":"web_search"}],\
            "tool_choice":"required","stop":null,"top_k":40}""");
    Path file =
        Files.writeString(stand.config.resolveSibling("dialects.jsonl"), String.join("\n", lines));

    try (CliProcess submit = stand.submit("--batch", "dialects", file.toString())) {
      assertThat(submit.await()).as(submit.all()).isZero();
    }

    assertThat(sent()).containsExactlyInAnyOrderElementsOf(lines.stream().map(this::tree).toList());
  }

  @Test
  void shouldPublishNothingWhenOneFileIsNotUtf8() throws Exception {
    Path good = stand.file("good", 5, 10);
    byte[] text = Files.readAllBytes(good);
    Path wide =
        Files.write(
            stand.config.resolveSibling("wide.jsonl"),
            new String(text, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_16LE));
    Path cut =
        Files.write(stand.config.resolveSibling("cut.jsonl.gz"), Arrays.copyOf(gzip(text), 40));
    long before = stand.written();

    try (CliProcess submit = stand.submit(good.toString(), wide.toString(), cut.toString())) {
      assertThat(submit.await()).as(submit.all()).isEqualTo(2);
      assertThat(submit.all())
          .contains(wide + ": line 1: the file is UTF-16LE, not UTF-8")
          .contains(cut + ": is packed by gzip and not whole")
          .contains("Nothing was published");
    }
    assertThat(stand.written()).isEqualTo(before);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private List<Object> sent() {
    List<Object> sent = new ArrayList<>();
    RequestEncoder encoder = new RequestEncoder();
    try (Deserializer<CompletionRequest> requests =
        stand.serdes().forValues(CompletionRequest.class).deserializer()) {
      stand.forEachRecord(
          record -> {
            CompletionRequest request = requests.deserialize(SubmitStand.TOPIC, record.value());
            sent.add(tree(new String(encoder.encode(request).bytes(), StandardCharsets.UTF_8)));
          });
    }
    return sent;
  }

  private Object tree(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.FileLines;
import io.completionworker.cli.batch.LineReader;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.gateway.json.RequestEncoder;
import io.completionworker.validation.RequestValidator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies with what other endpoints than OpenAI's take: valid by the page, and sent as they are. */
class DialectBodiesTest {

  private static final String CALL =
      "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\","
            + "\"text\":\"long text\",\"cache_control\":{\"type\":\"ephemeral\"}}]},"
            + "{\"role\":\"user\",\"content\":\"hi\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"type\":"
            + "\"function\",\"function\":{\"name\":\"weather\",\"description\":\"d\",\"parameters\":{"
            + "\"type\":\"object\",\"properties\":{}}},\"cache_control\":{\"type\":\"ephemeral\"}}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":[{\"type\":"
            + "\"function\",\"function\":{\"name\":\"weather\",\"description\":\"d\",\"parameters\":{"
            + "\"type\":\"object\",\"properties\":{}}},\"cache_control\":{\"type\":\"ephemeral\"}}],"
            + "\"tool_choice\":\"required\"}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\",\"content\":\"\",\"reasoning_content\":\"I"
            + " need the weather\",\"tool_calls\":[{\"id\":"
            + "\"c1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"rain\"}],\"tools\":[{\"type\":"
            + "\"function\",\"function\":{\"name\":\"weather\",\"description\":\"d\",\"parameters\":{"
            + "\"type\":\"object\",\"properties\":{}}}}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"video_url\","
            + "\"video_url\":{\"url\":\"https://example.org/a.mp4\"}},{\"type\":\"text\",\"text\":"
            + "\"what?\"}]}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"},{\"role\":\"assistant\","
            + "\"content\":\"x\",\"refusal\":null,\"annotations\":[],\"audio\":null,\"function_call\":null,\"tool_calls\":null},{\"role\":\"user\",\"content\":\"go"
            + " on\"}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"functions\":[{\"name\":"
            + "\"weather\",\"parameters\":{},\"returns\":{}}],\"function_call\":{\"name\":\"weather\"}}"
      })
  void shouldSendTheKnownDialects(String body) throws IOException {
    assertSent(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"assistant\",\"content\":\"x\",\"prefix\":true}",
        "{\"role\":\"assistant\",\"content\":\"x\",\"reasoning\":\"r\",\"reasoning_details\":[{"
            + "\"type\":\"reasoning.text\",\"text\":\"t\",\"signature\":\"s\",\"index\":0}]}",
        "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"only that\"}",
        "{\"role\":\"assistant\",\"content\":\"x\",\"annotations\":[{\"type\":\"url_citation\","
            + "\"url_citation\":{\"url\":\"u\",\"title\":\"t\",\"start_index\":0,\"end_index\":1}}]}",
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":"
            + "\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"d\"},{\"type\":\"text\",\"text\":\"x\"}]}",
        "{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\","
            + "\"text\":\"t\"}],\"closed\":true}]}",
        "{\"role\":\"assistant\",\"tool_calls\":["
            + CALL
            + ",\"extra_content\":{\"google\":{"
            + "\"thought_signature\":\"abc\"}}}]}",
        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + CALL + ",\"index\":0}]}",
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"custom\","
            + "\"custom\":{\"name\":\"n\",\"input\":\"i\"}}]}",
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":{\"a\":1.0}}}]}",
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
            + "\"arguments\":\"{}\"}}]}",
        "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":null,\"type\":\"function\","
            + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\",\"x\":null}}]}",
        "{\"role\":\"assistant\",\"content\":\"x\",\"tool_calls\":[],\"function_call\":{\"name\":\"f\","
            + "\"arguments\":\"{}\",\"id\":\"a\"}}",
        "{\"role\":\"assistant\",\"content\":\"x\",\"audio\":{\"id\":\"a\",\"data\":\"AAAA\","
            + "\"expires_at\":1,\"transcript\":\"t\"}}",
        "{\"role\":\"assistant\",\"tool_calls\":[" + CALL + "}]}",
        "{\"role\":\"user\",\"content\":\"x\",\"name\":null,\"cache_control\":{\"type\":\"ephemeral\"}}",
        "{\"role\":\"user\",\"content\":\"x\",\"name\":7,\"extra\":{\"extra\":\"{}\"}}",
        "{\"role\":\"developer\",\"content\":\"x\",\"extra_body\":{\"a\":[1.10,1E+2,-0]}}",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"x\",\"is_error\":false}",
        "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":[{\"type\":\"text\",\"text\":\"x\","
            + "\"cache_control\":{}}]}",
        "{\"role\":\"user\",\"content\":[\"bare\",{\"type\":\"text\",\"text\":\"x\"}]}",
        "{\"role\":\"user\",\"content\":[{\"text\":\"no type\"}]}",
        "{\"role\":\"user\",\"content\":[]}",
        "{\"role\":\"user\",\"content\":{\"parts\":[]}}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"https://e.org/a\"}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\","
            + "\"detail\":null,\"format\":\"image/png\"}}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"u\","
            + "\"min_pixels\":1},\"text\":null,\"max_pixels\":2}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA\"}},"
            + "{\"type\":\"input_audio\",\"input_audio\":\"https://e.org/a.wav\"},"
            + "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"A\",\"format\":\"wav\",\"x\":1}}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"file_data\":\"data:AA\","
            + "\"format\":\"application/pdf\",\"file_id\":null}}]}",
        "{\"role\":\"user\",\"content\":[{\"type\":\"document_url\",\"document_url\":\"u\"},"
            + "{\"type\":\"input_text\",\"text\":\"t\"},{\"type\":\"guard\"},"
            + "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"data\":\"AA\"}},"
            + "{\"type\":\"audio_url\",\"audio_url\":{\"url\":\"u\"},\"text\":\"t\"}]}"
      })
  void shouldSendMessagesAsTheyAre(String message) throws IOException {
    assertSent("{\"model\":\"m\",\"messages\":[" + message + "]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"n\",\"format\":{\"type\":\"text\"}}}],"
            + "\"tool_choice\":{\"type\":\"custom\",\"custom\":{\"name\":\"n\"}}",
        "\"tools\":[{\"type\":\"web_search\"}],\"tool_choice\":\"required\"",
        "\"tools\":[{\"googleSearch\":{}}],\"tool_choice\":\"required\",\"parallel_tool_calls\":true",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"googleSearch\":{}}],"
            + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":null,"
            + "\"strict\":null,\"description\":null}}]",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"returns\":{},"
            + "\"input_examples\":[{\"a\":1.50}]},\"defer_loading\":true}],\"tool_choice\":{\"type\":"
            + "\"function\",\"function\":{\"name\":\"f\"}}",
        "\"tools\":[{\"type\":\"function\",\"function\":null}]",
        "\"tools\":[{\"type\":\"mcp\",\"server_url\":\"u\",\"function\":{\"name\":\"a b\"}}]",
        "\"tools\":[{\"name\":\"f\",\"input_schema\":{}}],\"tool_choice\":{\"type\":\"any\"}",
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"n\"}}],\"tool_choice\":{\"type\":"
            + "\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[]}}",
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"n\"}}],\"tool_choice\":{\"type\":"
            + "\"function\",\"function\":{\"name\":\"n\"}}",
        "\"modalities\":[\"text\",\"audio\"],\"audio\":{\"voice\":{\"id\":\"voice_123\"},"
            + "\"format\":\"wav\"}",
        "\"tools\":null,\"tool_choice\":null,\"stop\":null,\"n\":null,\"user\":null,\"audio\":null",
        "\"functions\":[{\"name\":\"f\",\"x\":1},{\"x\":2}],\"function_call\":{\"name\":\"f\"}",
        "\"logprobs\":2,\"top_logprobs\":2",
        "\"stream\":false,\"stream_options\":null",
        "\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1}",
        "\"max_tokens\":1,\"max_completion_tokens\":null"
      })
  void shouldSendParametersAsTheyAre(String parameters) throws IOException {
    String hi = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";
    assertSent(hi + parameters + "}");
  }

  @Test
  void shouldKeepWhatTheSchemaKnowsInItsFields() throws IOException {
    CompletionRequest request =
        read(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":null,\"name\":\"n\","
                + "\"prefix\":true,\"tool_calls\":["
                + CALL
                + ",\"x\":1}]}],\"tools\":[{\"type\":"
                + "\"function\",\"function\":{\"name\":\"f\",\"y\":2},\"z\":3}]}");

    assertThat(request.getExtraBody()).isNull();
    assertThat(request.getMessages().get(0).getName()).isEqualTo("n");
    assertThat(request.getMessages().get(0).getExtra()).isEqualTo("{\"prefix\":true}");
    assertThat(request.getMessages().get(0).getToolCalls().get(0).getExtra())
        .isEqualTo("{\"x\":1}");
    assertThat(request.getTools().get(0).getFunction().getExtra()).isEqualTo("{\"y\":2}");
    assertThat(request.getTools().get(0).getExtra()).isEqualTo("{\"z\":3}");
    assertThat(read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"))
        .satisfies(plain -> assertThat(plain.getMessages().get(0).getExtra()).isNull());
  }

  /** From the line of a file to the bytes of the call. */
  private void assertSent(String body) throws IOException {
    CompletionRequest request = read(body);
    ObjectNode sent = BodyJson.read(new RequestEncoder().encode(request).bytes());

    assertThat(Canonical.text(sent))
        .isEqualTo(Canonical.text(BodyJson.read(body.getBytes(StandardCharsets.UTF_8))));
    assertThat(new RequestValidator(Strictness.STRICT).check(request)).isEmpty();
  }

  private CompletionRequest read(String body) throws IOException {
    Path file = Files.writeString(directory.resolve("lines"), body);
    LineReader reader =
        new LineReader(Batch.Format.BODIES, new LineReader.Options(null, null, null));
    try (FileLines lines = FileLines.open(file, 100_000)) {
      CompletionRequest read = reader.read("b", requireNonNull(lines.next())).request();
      return CompletionRequest.fromByteBuffer(read.toByteBuffer());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.config.RecordsConfig.Strictness;
import io.completionworker.fixtures.CapturedLog;
import io.completionworker.gateway.json.RequestEncoder;
import io.completionworker.serde.json.JsonSerde;
import io.completionworker.validation.RequestValidator;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRequestsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonRequests requests = new JsonRequests();

  @Test
  void shouldTakeTheLeastThatAProducerMaySay() throws IOException {
    String least = "{\"model\": \"m\", \"messages\": [{\"role\":\"user\",\"content\":\"hi\"}]}";

    CompletionRequest request = read(least);

    assertThat(request.getRequestId()).isNull();
    assertThat(request.getExtraBody()).isNull();
    assertThat(sent(request)).isEqualTo(MAPPER.readTree(least));
  }

  /** A body that the endpoint's reference page has, as it is. */
  @Test
  void shouldTakeABodyOfTheEndpointWithWhatIsTheWorkersBesideIt() throws IOException {
    String body =
        """
        "model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"},
          {"type":"video_url","video_url":{"url":"v"}}],"reasoning_content":"r"}],
        "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],
        "tool_choice":{"type":"function","function":{"name":"f"}},"stop":"END","top_k":40,
        "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"a":1.10}}},
        "temperature":0.30,"seed":7,"user":null
        """;
    CompletionRequest request =
        read(
            "{\"request_id\":\"r-1\",\"deadline_ms\":5000,\"portkey\":{\"virtual_key\":\"vk\","
                + "\"metadata\":{\"team\":\"a\",\"run\":7,\"dry\":true}},"
                + "\"extra_body\":{\"min_p\":0.05},"
                + body
                + "}");

    assertThat(request.getRequestId()).isEqualTo("r-1");
    assertThat(request.getDeadlineMs()).isEqualTo(5000);
    assertThat(request.getPortkey().getVirtualKey()).isEqualTo("vk");
    assertThat(request.getPortkey().getMetadata())
        .isEqualTo(Map.of("team", "a", "run", "7", "dry", "true"));
    assertThat(sent(request)).isEqualTo(MAPPER.readTree("{" + body + ",\"min_p\":0.05}"));
    assertThat(new RequestValidator(Strictness.LENIENT).check(request)).isEmpty();
  }

  @Test
  void shouldTakeTheFormsThatOnlyTheSchemaHas() throws IOException {
    CompletionRequest request =
        read(
            """
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi",
              "extra":"{\\"cache_control\\":{\\"type\\":\\"ephemeral\\"}}"}],"extra":{"x":1}}],
             "tools":[{"type":"function","function":{"name":"f","parameters":"{\\"a\\":{}}"},
               "extra":"{\\"y\\":2}"}],
             "tool_choice":{"function":{"name":"f"}},"function_call":{"mode":"auto"},
             "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":"{}"}},
             "extra_body":"{\\"z\\":3}"}
            """);

    assertThat(sent(request))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi",
                  "cache_control":{"type":"ephemeral"}}],"x":1}],
                 "tools":[{"type":"function","function":{"name":"f","parameters":{"a":{}}},"y":2}],
                 "tool_choice":{"type":"function","function":{"name":"f"}},"function_call":"auto",
                 "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{}}},
                 "z":3}
                """));
  }

  /** As {@code submit} and {@code redrive} publish it. */
  @Test
  void shouldReadARequestThatWasWrittenFromARecord() throws IOException {
    CompletionRequest request =
        read(
            """
            {"request_id":"r","model":"m","messages":[{"role":"assistant","content":null,
              "tool_calls":[{"id":"c","type":"custom","custom":{"input":"i"}}]},
              {"role":"tool","tool_call_id":"c","content":"d","cache":true}],
             "tools":[{"type":"custom","custom":{"name":"g"}}],"tool_choice":"auto",
             "stop":["a"],"temperature":null,"portkey":{"trace_id":"t"}}
            """);

    CompletionRequest again =
        requests.deserialize("t", new JsonSerde<>(CompletionRequest.class).serialize("t", request));

    assertThat(again).isEqualTo(request);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                    | the value is not a JSON object",
        "{}                                    | model is missing",
        "{\"model\":5,\"messages\":[]}         | model is not a string",
        "{\"model\":\"m\"}                     | messages is missing",
        "{\"model\":\"m\",\"messages\":\"hi\"} | messages is not an array",
        "{\"model\":\"m\",\"messages\":[7]}    | messages[0] is not an object",
        "{\"model\":\"m\",\"messages\":[{}]}   | messages[0].role is missing",
        "{@,\"temperature\":\"hot\"}           | temperature is not a number",
        "{@,\"request_id\":5}                  | request_id is not a string",
        "{@,\"deadline_ms\":1.5}               | deadline_ms is not a whole number of 64 bits",
        "{@,\"deadline_ms\":1e30}              | deadline_ms is not a whole number of 64 bits",
        "{@,\"portkey\":[]}                    | portkey is not an object",
        "{@,\"portkey\":{\"virtualKey\":\"v\"}}| portkey.virtualKey is not known; the nearest is"
            + " virtual_key",
        "{@,\"portkey\":{\"zzzzzz\":\"v\"}}    | portkey.zzzzzz is not known",
        "{@,\"portkey\":{\"config\":{}}}       | portkey.config is not a string",
        "{@,\"extra_body\":7}                  | extra_body is neither an object nor a string of"
            + " JSON with one",
        "{@,\"model\":\"n\"}                   | model is not valid JSON: a member occurs twice",
        "{@}{@}                                | the value is not valid JSON: there is more behind"
            + " its end",
        "{@,\"temperature\":NaN}               | temperature is not valid JSON",
        "{@,\"user\":\"\\ud83d\"}              | user has half a surrogate pair"
      })
  void shouldNameThePathOfWhatDoesNotFit(String json, String fault) {
    String value = json.replace("@", "\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]");

    assertThatThrownBy(() -> read(value))
        .isInstanceOf(SerializationException.class)
        .hasMessage("Cannot read a record of topic t: " + fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"my-prompt}]}",
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":my-prompt}]}",
        "{\"model\":\"m\",\"messages\":\"my-prompt\"}",
        "{\"model\":\"m\",\"messages\":[],\"extra_body\":[\"my-prompt\"]}",
        "{\"model\":\"m\",\"messages\":[],\"portkey\":{\"trace_id\":[\"my-prompt\"]}}"
      })
  void shouldQuoteNothingOfTheValue(String json) {
    assertThatThrownBy(() -> read(json)).hasMessageNotContaining("my-prompt").hasNoCause();
  }

  @Test
  void shouldBearHostileNumbersAndNesting() throws IOException {
    String start = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],";

    assertThat(sent(read(start + "\"max_tokens\":12345678901234567890}")).get("max_tokens"))
        .asString()
        .isEqualTo("12345678901234567890");
    assertThatThrownBy(() -> read(start + "\"x\":" + "9".repeat(5_000) + "}"))
        .hasMessageContaining("has a number of too many digits");
    assertThatThrownBy(() -> read(start + "\"x\":" + "[".repeat(100_000)))
        .hasMessageContaining("is nested deeper than 200");
    assertThatThrownBy(() -> read(start + "\"x\":" + "{\"a\":".repeat(100_000)))
        .hasMessageContaining("is nested deeper than 200");
  }

  @Test
  void shouldWarnOnceOfANameThatIsNearlyAParameters() {
    String json =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}],\"maxTokens\":5,\"top_k\":4}";

    try (CapturedLog captured = new CapturedLog(JsonRequests.class)) {
      for (int i = 0; i < 3; i++) {
        assertThat(read(json).getExtraBody()).isEqualTo("{\"maxTokens\":5,\"top_k\":4}");
      }

      assertThat(captured.events())
          .singleElement()
          .satisfies(
              event ->
                  assertThat(event.getFormattedMessage())
                      .contains("\"maxTokens\"", "\"max_tokens\""));
    }
  }

  private CompletionRequest read(String json) {
    return java.util.Objects.requireNonNull(requests.deserialize("t", json.getBytes(UTF_8)));
  }

  private static JsonNode sent(CompletionRequest request) throws IOException {
    return MAPPER.readTree(new RequestEncoder().encode(request).bytes());
  }
}

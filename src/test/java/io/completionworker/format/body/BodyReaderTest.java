// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.gateway.json.RequestEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker sends of a body that was read must be that body. */
class BodyReaderTest {

  private static final String HI = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

  private final BodyReader reader = new BodyReader();

  /** After the examples of the endpoint's own pages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"model":"gpt-3.5-turbo-0125","messages":[{"role":"system","content":"You help."},
         {"role":"user","content":"Hello world!"}],"max_tokens":1000}""",
        """
        {"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"See"},
         {"type":"image_url","image_url":{"url":"https://example.org/a.jpg","detail":"low"}}]}],
         "max_tokens":300}""",
        """
        {"model":"gpt-4o","messages":[{"role":"user","content":"Weather in Boston?"}],
         "tools":[{"type":"function","function":{"name":"weather","description":"Weather now",
         "parameters":{"type":"object","properties":{"where":{"type":"string"},
         "degrees":{"type":"number","minimum":-273.15,"maximum":1e3}},"required":["where"]},
         "strict":true}}],"tool_choice":"auto","parallel_tool_calls":false}""",
        """
        {"model":"gpt-4o","messages":[{"role":"assistant","content":null,"refusal":null,
         "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
         {"role":"tool","tool_call_id":"c","content":"21"}],
         "tool_choice":{"type":"function","function":{"name":"f"}}}""",
        """
        {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{
         "type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object",
         "properties":{"a":{"type":"number","multipleOf":0.10}},"additionalProperties":false}}}}""",
        """
        {"model":"m","messages":[{"role":"user","content":"x"}],"logprobs":true,"top_logprobs":2,
         "stop":"END","n":2,"seed":9007199254740993,"temperature":0.30000000000000004,
         "logit_bias":{"50256":-100,"11":0.5},"user":"u","store":true,"metadata":{"job":"a"}}""",
        """
        {"model":"o3","messages":[{"role":"developer","content":"x"}],"reasoning_effort":"low",
         "max_completion_tokens":10,"service_tier":"flex","modalities":["text","audio"],
         "audio":{"voice":"alloy","format":"wav"},"verbosity":"low",
         "prediction":{"type":"content","content":"as before"}}"""
      })
  void shouldSendTheBodyAsItIs(String body) {
    assertSame(body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"top_k\":40,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}",
        "\"temperature\":null,\"stop\":null",
        "\"stop\":[]",
        "\"stop\":\"one\"",
        "\"temperature\":0.1234567890123456789012345",
        "\"seed\":1.5",
        "\"tools\":[{\"type\":\"web_search\",\"max_uses\":3}]",
        "\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}]",
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"cache\":{\"ttl\":1}}}]",
        "\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\"}}",
        "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"x\":1}",
        "\"response_format\":{\"type\":\"grammar\",\"grammar\":\"root ::= x\"}",
        "\"response_format\":{\"type\":\"text\",\"json_schema\":null}",
        "\"audio\":{\"voice\":{\"id\":\"v\"},\"format\":\"wav\"}",
        "\"prediction\":{\"type\":\"content\"}",
        "\"extra_body\":{\"a\":1},\"portkey\":{\"b\":2},\"request_id\":\"mine\"",
        "\"functions\":[{\"name\":\"f\",\"parameters\":{}}],\"function_call\":{\"name\":\"f\"}",
        "\"numbers\":[1.10,1E+2,-0,123456789012345678901234567890]",
        "\"seed\":9223372036854775808,\"max_tokens\":3000000000,\"n\":1.5",
        "\"logprobs\":5,\"top_logprobs\":null",
        "\"metadata\":{\"tags\":[\"a\"],\"job\":\"b\"}",
        "\"user\":{\"id\":7},\"store\":\"yes\",\"reasoning_effort\":1024,\"modalities\":\"text\"",
        "\"response_format\":\"json\",\"tools\":{},\"tool_choice\":[],\"functions\":\"x\"",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"x\":1}}",
        "\"tools\":[],\"functions\":[],\"modalities\":[],\"stop\":[],\"logit_bias\":{},\"metadata\":{}",
        "\"logit_bias\":{\"1\":0.1234567890123456789}",
        "\"prediction\":{\"type\":\"content\",\"content\":[{\"type\":\"text\",\"text\":\"x\",\"y\":1}]}",
        "\"stream_options\":null,\"stream\":null"
      })
  void shouldCarryWhatTheSchemaDoesNotKnow(String fields) {
    assertSame("{\"model\":\"m\"," + HI + "," + fields + "}");
  }

  @Test
  void shouldFillTheFieldsOfTheSchemaToo() {
    CompletionRequest request = read("{\"model\":\"m\"," + HI + ",\"stop\":\"x\",\"n\":2}");

    assertThat(request.getStop()).containsExactly("x");
    assertThat(request.getN()).isEqualTo(2);
    assertThat(request.getExtraBody()).isEqualTo("{\"stop\":\"x\"}");
    assertThat(read("{\"model\":\"m\"," + HI + ",\"n\":2}").getExtraBody()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{" + HI + "}>model is missing",
        "{\"model\":\"m\"}>messages is missing",
        "{\"model\":7," + HI + "}>model is not a string",
        "{\"model\":\"m\",\"messages\":{}}>messages is not an array",
        "{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}>messages[0].role is missing",
        "{\"model\":\"m\",\"messages\":[{\"role\":null}]}>messages[0].role is not a string",
        "{\"model\":\"m\",\"messages\":[\"hi\"]}>messages[0] is not an object",
        "{\"model\":null," + HI + "}>model is not a string",
        "{\"model\":\"m\"," + HI + ",\"stop\":7}>stop is not an array of strings",
        "{\"model\":\"m\"," + HI + ",\"logit_bias\":[]}>logit_bias is not an object",
        "{\"model\":\"m\"," + HI + ",\"max_tokens\":\"9\"}>max_tokens is not a number",
        "{\"model\":\"m\"," + HI + ",\"stream\":\"yes\"}>stream is not a boolean",
        "{\"model\":\"m\"," + HI + ",\"temperature\":\"hot\"}>temperature is not a number",
        "{\"model\":\"m\"," + HI + ",\"logit_bias\":{\"1\":\"x\"}}>logit_bias.1 is not a number",
        "{\"model\":\"m\"," + HI + ",\"stop\":[1]}>stop[0] is not a string",
        "{\"model\":\"m\",\"model\":\"n\"}>column 21 is not valid JSON: a member occurs twice",
        "{\"model\":>column 10 is not valid JSON: it ends too early",
        "[]>the line is not a JSON object",
        "{\"a\":secret}>column 6 is not valid JSON"
      })
  void shouldSayWhyARecordCannotStandForABody(String bodyAndFault) {
    String[] parts = bodyAndFault.split(">", 2);

    assertThatThrownBy(() -> read(parts[0]))
        .isInstanceOf(BodyFaultException.class)
        .hasMessage(parts[1]);
  }

  @Test
  void shouldRefuseMessagesThatWouldBeSentOtherwise() {
    assertThatThrownBy(
            () ->
                read(
                    "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}"))
        .hasMessageStartingWith("messages cannot be sent as they are");
    assertThatThrownBy(() -> read("{\"model\":\"m\"," + HI + ",\"user\":\"\\ud800\"}"))
        .hasMessageStartingWith("the body cannot be sent as it is");
  }

  @Property(tries = 300)
  void shouldSendWhateverItTakes(@ForAll("bodies") String body) {
    try {
      read(body);
    } catch (BodyFaultException e) {
      return; // what is refused is not sent otherwise
    }
    assertSame(body);
  }

  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> leaf =
        Arbitraries.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1.50",
            "1e30",
            "0.1",
            "12345678901234567890",
            "\"\"",
            "\"a\"",
            "\"\\u00e9\\ud83d\\udc40\\n\"",
            "\"auto\"",
            "[]",
            "{}",
            "[\"text\"]",
            "[1]",
            "{\"type\":\"function\",\"function\":{\"name\":\"f\"}}",
            "{\"type\":\"text\"}",
            "{\"include_usage\":true}",
            "{\"a\":\"b\"}",
            "{\"1\":-2}",
            "{\"type\":\"content\",\"content\":\"x\"}",
            "{\"voice\":\"v\",\"format\":\"wav\"}",
            "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":1.0}}}]",
            "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{\"b\":[1]}}}");
    Arbitrary<String> name =
        Arbitraries.of(
            "frequency_penalty",
            "presence_penalty",
            "temperature",
            "top_p",
            "seed",
            "n",
            "max_tokens",
            "max_completion_tokens",
            "stop",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "response_format",
            "modalities",
            "audio",
            "prediction",
            "reasoning_effort",
            "verbosity",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "functions",
            "function_call",
            "user",
            "service_tier",
            "store",
            "metadata",
            "stream",
            "stream_options",
            "top_k",
            "extra_body");
    return net.jqwik.api.Arbitraries.maps(name, leaf)
        .ofMaxSize(8)
        .map(
            fields -> {
              List<String> members = new ArrayList<>(List.of("\"model\":\"m\"", HI));
              fields.forEach((field, value) -> members.add("\"" + field + "\":" + value));
              return "{" + String.join(",", members) + "}";
            });
  }

  private CompletionRequest read(String body) {
    return reader.read(BodyJson.read(body.getBytes(StandardCharsets.UTF_8)));
  }

  private void assertSame(String body) {
    CompletionRequest request = read(body);
    ObjectNode wanted = BodyJson.read(body.getBytes(StandardCharsets.UTF_8));
    ObjectNode sent = BodyJson.read(new RequestEncoder().encode(request).bytes());
    wanted.remove(List.of("stream", "stream_options")); // what a worker makes of them is its own
    sent.remove(List.of("stream", "stream_options"));
    assertThat(Canonical.text(sent)).isEqualTo(Canonical.text(wanted));
  }
}

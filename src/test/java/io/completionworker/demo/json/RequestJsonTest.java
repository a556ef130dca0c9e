// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.ContentPart;
import io.completionworker.avro.Message;
import io.completionworker.avro.PortkeyOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;

class RequestJsonTest {

  /** Every field of the schema at least once. */
  private static final String EVERYTHING =
      """
      {"request_id":"r-1","model":"gpt-4o","frequency_penalty":-0.5,"logit_bias":{"50256":-100},
       "logprobs":true,"top_logprobs":3,"max_tokens":100,"max_completion_tokens":200,"n":2,
       "presence_penalty":0.25,"seed":9007199254740993,"stop":["END","\\n"],"stream":true,
       "stream_options":{"include_usage":true,"include_obfuscation":false},"temperature":0.7,
       "top_p":0.9,"parallel_tool_calls":false,"user":"ünal","reasoning_effort":"low",
       "service_tier":"flex","modalities":["text","audio"],
       "audio":{"voice":"alloy","format":"mp3"},"store":true,"metadata":{"job":"nightly"},
       "verbosity":"low","deadline_ms":60000,
       "response_format":{"type":"json_schema","json_schema":{"name":"city","description":"A city",
         "schema":{"type":"object"},"strict":true}},
       "tools":[{"type":"function","function":{"name":"find","description":"Finds",
         "parameters":{"type":"object","properties":{"q":{"type":"string"}}},"strict":true,"x":1},
         "cache_control":{}}],
       "tool_choice":{"type":"function","function":{"name":"find"}},
       "function_call":{"name":"old"},"functions":[{"name":"old"}],
       "prediction":{"type":"content","content":[{"type":"text","text":"as before"}]},
       "portkey":{"virtual_key":"vk","provider":"@openai","config":"pc-1","trace_id":"t",
         "span_id":"s","parent_span_id":"p","span_name":"n","metadata":{"_user":"u"},
         "cache_namespace":"c","cache_force_refresh":true},
       "messages":[
        {"role":"user","name":"Ana","content":[
          {"type":"text","text":"Look 👀","x":1},{"type":"refusal","refusal":"no"},
          {"type":"image_url","image_url":{"url":"https://example.org/a.png","detail":"low"}},
          {"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}},
          {"type":"file","file":{"file_id":"f","filename":"a.pdf","file_data":"JVBERg=="}}]},
        {"role":"assistant","content":null,"refusal":"no","audio":{"id":"a-1"},
         "tool_calls":[{"id":"c-1","type":"function",
           "function":{"name":"find","arguments":"{}"},"x":1}],
         "function_call":{"name":"old","arguments":"{}"}},
        {"role":"tool","tool_call_id":"c-1","content":"found","x":1}],
       "top_k":40}""";

  @Test
  void shouldFillEveryFieldOfTheSchema() {
    Set<String> filled = new HashSet<>();
    collectFilled(RequestJson.parse(EVERYTHING), filled);
    collectFilled(
        RequestJson.parse(with("\"tool_choice\":\"auto\",\"function_call\":\"none\"")), filled);

    Set<String> all = new HashSet<>();
    collectAll(CompletionRequest.getClassSchema(), all);

    assertThat(filled).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void shouldKeepValuesAsTheyAre() {
    CompletionRequest request = RequestJson.parse(EVERYTHING);

    assertThat(request.getRequestId()).isEqualTo("r-1");
    assertThat(request.getSeed()).isEqualTo(9_007_199_254_740_993L);
    assertThat(request.getLogitBias()).isEqualTo(Map.of("50256", -100.0));
    assertThat(request.getUser()).isEqualTo("ünal");
    assertThat(request.getStop()).containsExactly("END", "\n");
    assertThat(request.getToolChoice().getFunction().getName()).isEqualTo("find");
    assertThat(request.getFunctionCall().getName()).isEqualTo("old");
    PortkeyOptions portkey = request.getPortkey();
    assertThat(portkey.getMetadata()).isEqualTo(Map.of("_user", "u"));
    assertThat(request.getTools().get(0).getFunction().getParameters())
        .isEqualTo("{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}}}");
    assertThat(request.getResponseFormat().getJsonSchema().getSchema$())
        .isEqualTo("{\"type\":\"object\"}");
  }

  @Test
  void shouldReadContentAsTextOrParts() {
    List<Message> messages = RequestJson.parse(EVERYTHING).getMessages();

    assertThat(messages.get(0).getContent())
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(ContentPart.class))
        .extracting(ContentPart::getType)
        .containsExactly("text", "refusal", "image_url", "input_audio", "file");
    assertThat(messages.get(1).getContent()).isNull();
    assertThat(messages.get(2).getContent()).isEqualTo("found");
  }

  @Test
  void shouldTakeOneStopSequenceAsAListOfOne() {
    assertThat(RequestJson.parse(with("\"stop\":\"END\"")).getStop()).containsExactly("END");
  }

  @Test
  void shouldSendUnknownParametersOnInTheExtraBody() {
    CompletionRequest request =
        RequestJson.parse(with("\"top_k\":40,\"extra_body\":{\"min_p\":0.1}"));

    assertThat(request.getExtraBody()).isEqualTo("{\"top_k\":40,\"min_p\":0.1}");
    assertThat(RequestJson.parse(with("\"n\":1")).getExtraBody()).isNull();
  }

  @Test
  void shouldTakeNullAsAbsent() {
    CompletionRequest request = RequestJson.parse(with("\"stop\":null,\"tools\":null,\"n\":null"));

    assertThat(request.getStop()).isNull();
    assertThat(request.getTools()).isNull();
    assertThat(request.getN()).isNull();
  }

  @Test
  void shouldNameTheFieldThatARecordCannotHold() {
    assertThatThrownBy(() -> RequestJson.parse(with("\"temperature\":\"hot\"")))
        .hasMessage("temperature is not a number");
    assertThatThrownBy(() -> RequestJson.parse("{\"messages\":[]}")).hasMessage("model is missing");
    assertThatThrownBy(
            () -> RequestJson.parse("{\"model\":\"m\",\"messages\":[{\"content\":\"x\"}]}"))
        .hasMessage("messages[0].role is missing");
    assertThatThrownBy(() -> RequestJson.parse("{"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not JSON");
  }

  private static String with(String fields) {
    return "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}";
  }

  private static void collectAll(Schema schema, Set<String> names) {
    switch (schema.getType()) {
      case UNION -> schema.getTypes().forEach(type -> collectAll(type, names));
      case ARRAY -> collectAll(schema.getElementType(), names);
      case RECORD ->
          schema
              .getFields()
              .forEach(
                  field -> {
                    if (names.add(schema.getName() + "." + field.name())) {
                      collectAll(field.schema(), names);
                    }
                  });
      default -> {}
    }
  }

  private static void collectFilled(Object value, Set<String> names) {
    if (value instanceof List<?> list) {
      list.forEach(item -> collectFilled(item, names));
    } else if (value instanceof IndexedRecord node) {
      for (Schema.Field field : node.getSchema().getFields()) {
        Object child = node.get(field.pos());
        if (child != null) {
          names.add(node.getSchema().getName() + "." + field.name());
          collectFilled(child, names);
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.format.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.format.body.BodyJson.BodyFaultException;
import io.completionworker.gateway.json.RequestEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A valid body that was changed at random places is sent as it is, from a file or a record. */
class BodyRoundTripPropertyTest {

  private static final String BODY =
      """
      {"model":"m","messages":[
        {"role":"system","content":[{"type":"text","text":"a"}]},
        {"role":"user","name":"n","content":[{"type":"text","text":"b"},
          {"type":"image_url","image_url":{"url":"u","detail":"low"}},
          {"type":"input_audio","input_audio":{"data":"AA","format":"wav"}},
          {"type":"file","file":{"file_id":"f"}},{"type":"video_url","video_url":{"url":"v"}}]},
        {"role":"assistant","content":null,"refusal":"r","audio":{"id":"a"},
         "tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}},
           {"id":"d","type":"custom","custom":{"name":"g","input":"i"}}],
         "function_call":{"name":"f","arguments":"{}"}},
        {"role":"tool","tool_call_id":"c","content":"d"}],
       "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
           "parameters":{"type":"object","properties":{"x":{"maximum":1.10}}}}},
         {"type":"custom","custom":{"name":"g"}}],
       "functions":[{"name":"h","parameters":{}}],"function_call":{"name":"h"},
       "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":true,
       "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,
         "schema":{"type":"object"}}},"prediction":{"type":"content","content":[
         {"type":"text","text":"p"}]},"audio":{"voice":"v","format":"wav"},
       "modalities":["text","audio"],"stop":["s"],"logit_bias":{"5":-1.5},"metadata":{"k":"v"},
       "temperature":0.5,"seed":7,"logprobs":true,"top_logprobs":2,"user":"u","store":true,
       "service_tier":"flex","verbosity":"low","reasoning_effort":"high","top_k":40}
      """;

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1.50",
          "1e30",
          "12345678901234567890",
          "\"\"",
          "\"a\"",
          "\"\\u00e9\\ud83d\\udc40\\n\"",
          "[]",
          "{}",
          "[\"text\"]",
          "[null,{}]",
          "{\"a\":{\"b\":[1.0]}}",
          "[{\"type\":\"text\",\"text\":\"x\"}]",
          "{\"name\":\"f\"}",
          "[{\"type\":\"function\"}]");

  private static final List<String> NAMES =
      List.of(
          "cache_control",
          "x",
          "extra",
          "type",
          "content",
          "function",
          "id",
          "name",
          "arguments",
          "custom",
          "text",
          "refusal",
          "audio",
          "tool_calls",
          "annotations",
          "detail",
          "strict");

  @Property(tries = 1_000)
  void shouldSendAChangedBodyAsItIs(@ForAll Random random) throws IOException {
    ObjectNode body = json(BODY);
    int changes = 1 + random.nextInt(6);
    for (int i = 0; i < changes; i++) {
      change(body, random);
    }
    BodyReader reader = random.nextBoolean() ? new BodyReader() : BodyReader.ofRecords();
    CompletionRequest request;
    try {
      request = reader.read(json(body.toString()));
    } catch (BodyFaultException e) {
      assertThat(e.getMessage()) // these a worker takes from nowhere else, or are no numbers
          .matches(
              "(model|stream|messages|messages\\[\\d+]|messages\\[\\d+]\\.role|temperature|seed|top_logprobs"
                  + "|stop|stop\\[\\d+]|logit_bias|logit_bias\\..+) is .*");
      return;
    }
    CompletionRequest stored = CompletionRequest.fromByteBuffer(request.toByteBuffer());

    assertThat(Canonical.text(json(new String(sent(stored), StandardCharsets.UTF_8))))
        .isEqualTo(Canonical.text(body));
  }

  private static byte[] sent(CompletionRequest request) {
    return new RequestEncoder().encode(request).bytes();
  }

  /** Gives some object a member more, or another value, or one less, or some array an item. */
  private static void change(ObjectNode body, Random random) {
    if (random.nextInt(6) == 0) {
      List<JsonNode> arrays = new ArrayList<>();
      collect(body, ArrayNode.class, arrays);
      ArrayNode array = (ArrayNode) arrays.get(random.nextInt(arrays.size()));
      array.insert(random.nextInt(array.size() + 1), value(random));
      return;
    }
    List<JsonNode> objects = new ArrayList<>();
    collect(body, ObjectNode.class, objects);
    ObjectNode object = (ObjectNode) objects.get(random.nextInt(objects.size()));
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String own = names.isEmpty() ? "x" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.remove(own);
      case 1, 2 -> object.set(own, value(random));
      default -> object.set(NAMES.get(random.nextInt(NAMES.size())), value(random));
    }
  }

  private static JsonNode value(Random random) {
    return json("{\"v\":" + VALUES.get(random.nextInt(VALUES.size())) + "}").get("v");
  }

  private static void collect(JsonNode node, Class<? extends JsonNode> kind, List<JsonNode> found) {
    if (kind.isInstance(node)) {
      found.add(node);
    }
    node.forEach(member -> collect(member, kind, found));
  }

  private static ObjectNode json(String text) {
    return BodyJson.read(text.getBytes(StandardCharsets.UTF_8));
  }
}

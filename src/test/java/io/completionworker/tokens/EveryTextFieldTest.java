// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Finds the fields by the schema, so that a new one has to be counted or listed here. */
class EveryTextFieldTest {

  /** Words and ids that a model does not read, and what counts by being there. */
  private static final Set<String> NOT_COUNTED =
      Set.of(
          ".request_id",
          ".model",
          ".user",
          ".stop[]",
          ".metadata{}",
          ".modalities[]",
          ".reasoning_effort",
          ".service_tier",
          ".verbosity",
          ".audio.voice",
          ".audio.format",
          ".messages[].role",
          ".messages[].tool_call_id",
          ".messages[].audio.id",
          ".messages[].tool_calls[].id",
          ".messages[].tool_calls[].type",
          ".messages[].content<array>[].type",
          ".messages[].content<array>[].image_url.url",
          ".messages[].content<array>[].image_url.detail",
          ".messages[].content<array>[].input_audio.format",
          ".messages[].content<array>[].file.file_id",
          ".prediction.type",
          ".prediction.content<array>[].type",
          ".prediction.content<array>[].image_url.url",
          ".prediction.content<array>[].image_url.detail",
          ".prediction.content<array>[].input_audio.format",
          ".prediction.content<array>[].file.file_id",
          ".response_format.type",
          ".tools[].type",
          ".tool_choice.mode",
          ".function_call.mode");

  private static final String PORTKEY = ".portkey.";

  private static List<Schema> branches(Schema union) {
    return union.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
  }

  private static String at(String path, Schema union, Schema branch) {
    return branches(union).size() == 1 ? path : path + "<" + branch.getName() + ">";
  }

  private static void texts(String path, Schema schema, Set<String> found) {
    switch (schema.getType()) {
      case RECORD ->
          schema.getFields().forEach(f -> texts(path + "." + f.name(), f.schema(), found));
      case ARRAY -> texts(path + "[]", schema.getElementType(), found);
      case MAP -> texts(path + "{}", schema.getValueType(), found);
      case UNION -> branches(schema).forEach(b -> texts(at(path, schema, b), b, found));
      case STRING -> found.add(path);
      default -> {}
    }
  }

  /** A value with every field set, the text at this path long. */
  private static Object fill(String path, Schema schema, String longOne) {
    return switch (schema.getType()) {
      case RECORD -> {
        SpecificRecord made =
            (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
        for (Schema.Field field : schema.getFields()) {
          made.put(field.pos(), fill(path + "." + field.name(), field.schema(), longOne));
        }
        yield made;
      }
      case ARRAY -> new ArrayList<>(List.of(fill(path + "[]", schema.getElementType(), longOne)));
      case MAP -> Map.of("key", fill(path + "{}", schema.getValueType(), longOne));
      case UNION -> {
        List<Schema> all = branches(schema);
        Schema chosen =
            all.stream()
                .filter(b -> longOne.startsWith(at(path, schema, b)))
                .findFirst()
                .orElse(all.get(0));
        yield fill(at(path, schema, chosen), chosen, longOne);
      }
      case STRING -> path.equals(longOne) ? "some words ".repeat(1_000) : "word";
      case INT -> 1;
      case LONG -> 1L;
      case DOUBLE -> 1.0;
      case BOOLEAN -> true;
      default -> throw new IllegalArgumentException("No value for " + schema.getType());
    };
  }

  private static long tokens(String longOne) {
    CompletionRequest request =
        (CompletionRequest) fill("", CompletionRequest.getClassSchema(), longOne);
    return TokenEstimator.bySize(0).estimate(request, Map.of()).input();
  }

  @Test
  void shouldGrowWithEveryTextThatAModelReads() {
    Set<String> fields = new TreeSet<>();
    texts("", CompletionRequest.getClassSchema(), fields);
    fields.removeIf(path -> path.startsWith(PORTKEY));
    Set<String> counted = new TreeSet<>(fields);
    counted.removeIf(path -> tokens(path) <= base(path));

    Set<String> ignored = new TreeSet<>(fields);
    ignored.removeAll(counted);
    assertThat(ignored).containsExactlyInAnyOrderElementsOf(NOT_COUNTED);
    assertThat(counted).hasSizeGreaterThan(20).contains(".extra_body", ".tools[].function.name");
  }

  /** Of the same branches, without the long text: a path that begins alike and is no field. */
  private static long base(String path) {
    return tokens(path + "?");
  }
}

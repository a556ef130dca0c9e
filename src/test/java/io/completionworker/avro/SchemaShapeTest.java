// SPDX-License-Identifier: Apache-2.0
package io.completionworker.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Rules for the schemas that keep them documented and able to grow. */
class SchemaShapeTest {

  private static final Set<String> SECONDS_OF_THE_ENDPOINT = Set.of("ResponseAudio.expires_at");

  @Test
  void shouldKeepTheRules() throws IOException {
    Set<String> seen = new LinkedHashSet<>();
    List<String> faults = new ArrayList<>();
    for (Schema schema : AvroSources.recordsOf(AvroSources.CURRENT).values()) {
      check(schema, seen, faults);
    }

    assertThat(faults).isEmpty();
    assertThat(seen)
        .contains(
            CompletionRequest.class.getName(),
            CompletionResponse.class.getName(),
            CompletionUsage.class.getName(),
            CompletionFailure.class.getName(),
            CompletionChunk.class.getName(),
            UsageWindow.class.getName(),
            FailureReason.class.getName());
  }

  @Test
  void shouldNoticeEveryKindOfFault() {
    Schema bad =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Bad", "doc": " ", "fields": [
                  {"name": "undocumented", "type": "int"},
                  {"name": "nothing", "type": ["null", "int"], "doc": "d"},
                  {"name": "last", "type": ["int", "null"], "doc": "d", "default": 1},
                  {"name": "kinds", "doc": "d", "type": {"type": "map", "values":
                    {"type": "enum", "name": "Kind", "symbols": ["A"]}}},
                  {"name": "CamelCase", "type": "int", "doc": "d"},
                  {"name": "ended_at", "type": ["null", "long"], "doc": "d", "default": null},
                  {"name": "either", "doc": "d", "type": ["string", "bytes"]}]}
                """);
    List<String> faults = new ArrayList<>();

    check(bad, new LinkedHashSet<>(), faults);

    assertThat(faults)
        .containsExactly(
            "Bad has no doc",
            "Bad.undocumented has no doc",
            "Bad.nothing is optional, but its default is not null",
            "Bad.last is optional, but its default is not null",
            "Kind has no doc",
            "Kind has no default symbol",
            "Bad.CamelCase is not in snake_case",
            "Bad.ended_at is a time, but not timestamp-millis",
            "Bad.either has branches that JSON writes alike: string, string");
  }

  private static void check(Schema schema, Set<String> seen, List<String> faults) {
    switch (schema.getType()) {
      case ARRAY -> check(schema.getElementType(), seen, faults);
      case MAP -> check(schema.getValueType(), seen, faults);
      case UNION -> schema.getTypes().forEach(branch -> check(branch, seen, faults));
      case RECORD, ENUM, FIXED -> checkNamed(schema, seen, faults);
      default -> {
        // Nothing is said of the others.
      }
    }
  }

  private static void checkNamed(Schema schema, Set<String> seen, List<String> faults) {
    if (!seen.add(schema.getFullName())) {
      return;
    }
    rule(isText(schema.getDoc()), schema.getName() + " has no doc", faults);
    if (schema.getType() == Schema.Type.ENUM) {
      rule(schema.getEnumDefault() != null, schema.getName() + " has no default symbol", faults);
    } else if (schema.getType() == Schema.Type.RECORD) {
      for (Schema.Field field : schema.getFields()) {
        checkField(schema.getName() + "." + field.name(), field, faults);
        check(field.schema(), seen, faults);
      }
    }
  }

  private static void checkField(String name, Schema.Field field, List<String> faults) {
    rule(isText(field.doc()), name + " has no doc", faults);
    rule(field.name().matches("[a-z][a-z0-9_]*"), name + " is not in snake_case", faults);
    rule(
        !field.schema().isNullable() || field.defaultVal() == JsonProperties.NULL_VALUE,
        name + " is optional, but its default is not null",
        faults);
    rule(
        !isTime(field.name()) || SECONDS_OF_THE_ENDPOINT.contains(name) || isTimestamp(field),
        name + " is a time, but not timestamp-millis",
        faults);
    List<String> forms = jsonForms(field.schema());
    rule(
        forms.size() == new HashSet<>(forms).size(),
        name + " has branches that JSON writes alike: " + String.join(", ", forms),
        faults);
  }

  private static boolean isTime(String name) {
    return name.matches(".*_(at|timestamp)|window_(start|end)");
  }

  /** Whether it is one, or one if it is not null. */
  private static boolean isTimestamp(Schema.Field field) {
    Schema schema = field.schema();
    return (schema.isUnion() ? schema.getTypes() : List.of(schema))
        .stream()
            .filter(branch -> branch.getType() != Schema.Type.NULL)
            .allMatch(branch -> LogicalTypes.timestampMillis().equals(branch.getLogicalType()));
  }

  /** How JSON writes each branch of a union. */
  private static List<String> jsonForms(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return List.of();
    }
    return schema.getTypes().stream()
        .map(
            branch ->
                switch (branch.getType()) {
                  case STRING, ENUM, BYTES, FIXED -> "string";
                  case INT, LONG, FLOAT, DOUBLE -> "number";
                  case RECORD, MAP -> "object";
                  default -> branch.getType().getName();
                })
        .toList();
  }

  private static void rule(boolean kept, String fault, List<String> faults) {
    if (!kept) {
      faults.add(fault);
    }
  }

  private static boolean isText(String text) {
    return text != null && !text.isBlank();
  }
}

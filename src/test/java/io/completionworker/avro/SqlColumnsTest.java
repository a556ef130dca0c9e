// SPDX-License-Identifier: Apache-2.0
package io.completionworker.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** What the outputs have to be for a table: plain names, and for rows also plain types. */
class SqlColumnsTest {

  private static final Path RESERVED = Path.of("src/test/resources/sql-reserved-words.txt");

  private static final List<Schema> OUTPUTS =
      List.of(
          CompletionResponse.SCHEMA$,
          CompletionUsage.SCHEMA$,
          CompletionFailure.SCHEMA$,
          CompletionChunk.SCHEMA$,
          UsageWindow.SCHEMA$);

  /** They have the endpoint's names, and the API's reference documents those. */
  private static final Set<String> MIRRORS_OF_THE_ENDPOINT =
      Set.of(
          CompletionRequest.class.getName(),
          Choice.class.getName(),
          ChoiceDelta.class.getName(),
          TokenUsage.class.getName());

  @Test
  void shouldHaveNoReservedWordAsAName() throws IOException {
    assertThat(reservedNames(OUTPUTS)).isEmpty();
  }

  @Test
  void shouldNoticeAReservedWord() throws IOException {
    Schema bad =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Bad", "fields": [
                  {"name": "user", "type": "string"},
                  {"name": "cost", "type": "string"},
                  {"name": "parts", "type": {"type": "array", "items":
                    {"type": "record", "name": "Part", "fields": [
                      {"name": "group", "type": "string"}]}}}]}
                """);

    assertThat(reservedNames(List.of(bad)))
        .containsExactly(
            "Bad.user is reserved in Flink, PostgreSQL",
            "Part.group is reserved in DuckDB, Flink, PostgreSQL, Snowflake, BigQuery");
  }

  /** A sink for JDBC takes no map and no list, and Flink reads no enum as a text. */
  @Test
  void shouldHaveRowsOfPlainColumns() {
    assertThat(unplain(CompletionUsage.SCHEMA$)).isEmpty();
    assertThat(unplain(UsageWindow.SCHEMA$)).isEmpty();
    assertThat(unplain(CompletionFailure.SCHEMA$))
        .as("that the rule sees an enum, a list and a record")
        .contains("reason", "violations", "request");
  }

  private static List<String> unplain(Schema row) {
    return row.getFields().stream()
        .filter(field -> !isPlain(field.schema()))
        .map(Schema.Field::name)
        .toList();
  }

  private static boolean isPlain(Schema schema) {
    return switch (schema.getType()) {
      case STRING, INT, LONG, BOOLEAN, DOUBLE -> true;
      case BYTES -> schema.getLogicalType() instanceof LogicalTypes.Decimal;
      case UNION ->
          schema.getTypes().size() == 2
              && schema.getTypes().get(0).getType() == Schema.Type.NULL
              && isPlain(schema.getTypes().get(1));
      default -> false;
    };
  }

  private static List<String> reservedNames(List<Schema> records) throws IOException {
    List<String> faults = new ArrayList<>();
    Set<String> seen = new HashSet<>(MIRRORS_OF_THE_ENDPOINT);
    Map<String, Set<String>> engines = reserved();
    records.forEach(record -> walk(record, engines, seen, faults));
    return faults;
  }

  private static void walk(
      Schema schema, Map<String, Set<String>> engines, Set<String> seen, List<String> faults) {
    switch (schema.getType()) {
      case ARRAY -> walk(schema.getElementType(), engines, seen, faults);
      case MAP -> walk(schema.getValueType(), engines, seen, faults);
      case UNION -> schema.getTypes().forEach(branch -> walk(branch, engines, seen, faults));
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          for (Schema.Field field : schema.getFields()) {
            List<String> in =
                engines.keySet().stream()
                    .filter(engine -> engines.get(engine).contains(field.name()))
                    .toList();
            if (!in.isEmpty()) {
              String name = schema.getName() + "." + field.name();
              faults.add(name + " is reserved in " + String.join(", ", in));
            }
            walk(field.schema(), engines, seen, faults);
          }
        }
      }
      default -> {
        // has no names
      }
    }
  }

  /** Words by engine. */
  private static Map<String, Set<String>> reserved() throws IOException {
    Map<String, Set<String>> engines = new LinkedHashMap<>();
    Set<String> words = new HashSet<>();
    for (String line : Files.readAllLines(RESERVED)) {
      if (line.startsWith("[")) {
        words = new HashSet<>();
        engines.put(line.substring(1, line.length() - 1), words);
      } else if (!line.startsWith("#") && !line.isBlank()) {
        words.addAll(Arrays.asList(line.split(" ")));
      }
    }
    return engines;
  }
}

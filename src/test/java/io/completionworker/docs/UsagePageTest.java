// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The page on usage has every column of a usage row, in the words of its schema. */
class UsagePageTest {

  private static final Path PAGE = Path.of("src", "docs", "usage.md");
  private static final String BEGIN = "<!-- columns: made from avro/CompletionUsage.avsc -->\n";
  private static final String END = "<!-- end of columns -->\n";
  private static final String COMMAND = "mvn -q test -Dtest=UsagePageTest -Dpages.write=true";

  @Test
  void shouldListEveryColumnOfAUsageRow() throws IOException {
    String page = Files.readString(PAGE);
    String made = withColumns(page);
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, made);
      page = made;
    }

    assertThat(page).as("%s is out of date, rewrite it with: %s", PAGE, COMMAND).isEqualTo(made);
  }

  private static String withColumns(String page) {
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    assertThat(from).as("the begin of the columns on %s", PAGE).isNotNegative();
    assertThat(to).as("the end of the columns on %s", PAGE).isGreaterThan(from);
    String rows =
        CompletionUsage.SCHEMA$.getFields().stream()
            .map(UsagePageTest::row)
            .collect(Collectors.joining());
    String table = "\n| Column | Type | Meaning |\n|---|---|---|\n" + rows + "\n";
    return page.substring(0, from + BEGIN.length()) + table + page.substring(to);
  }

  private static String row(Schema.Field field) {
    Schema schema = field.schema();
    boolean nullable = schema.isUnion();
    Schema value =
        nullable
            ? schema.getTypes().stream()
                .filter(type -> type.getType() != Schema.Type.NULL)
                .findFirst()
                .orElseThrow()
            : schema;
    String type = type(value) + (nullable ? ", may be null" : "");
    return "| `%s` | %s | %s |\n".formatted(field.name(), type, field.doc().replace("|", "\\|"));
  }

  /** As people name it who make a table of rows. */
  private static String type(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return "decimal(%d, %d)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    if (logical instanceof LogicalTypes.TimestampMillis) {
      return "time";
    }
    return switch (schema.getType()) {
      case STRING -> "text";
      case INT -> "integer";
      case LONG -> "bigint";
      case BOOLEAN -> "boolean";
      default -> throw new IllegalArgumentException("no plain column: " + schema);
    };
  }
}

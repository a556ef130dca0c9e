// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.fixtures.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** The page on usage has every column of a usage row, in the words of its schema. */
class UsagePageTest {

  private static final GeneratedPart COLUMNS =
      new GeneratedPart(
          Path.of("src", "docs", "usage.md"),
          "<!-- columns: made from avro/CompletionUsage.avsc -->\n",
          "<!-- end of columns -->\n",
          UsagePageTest.class);

  @Test
  void shouldListEveryColumnOfAUsageRow() throws IOException {
    String rows =
        CompletionUsage.SCHEMA$.getFields().stream()
            .map(UsagePageTest::row)
            .collect(Collectors.joining());
    COLUMNS.shouldBe("\n| Column | Type | Meaning |\n|---|---|---|\n" + rows + "\n");
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

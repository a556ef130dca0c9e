// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import io.completionworker.avro.CallDetails;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionTokensDetails;
import io.completionworker.avro.FailedAttempt;
import io.completionworker.avro.GatewayDetails;
import io.completionworker.avro.PromptTokensDetails;
import io.completionworker.avro.TokenUsage;
import io.completionworker.fixtures.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * The page on topics has every field of a response and of a failure, and of what they have of the
 * call, in the words of their schemas.
 */
class FieldsPageTest {

  private static final GeneratedPart FIELDS =
      new GeneratedPart(
          Path.of("src", "docs", "topics.md"),
          "<!-- fields: made from avro/CompletionResponse.avsc and avro/CompletionFailure.avsc -->\n",
          "<!-- end of fields -->\n",
          FieldsPageTest.class);

  @Test
  void shouldListEveryFieldOfAResponseAndOfAFailure() throws IOException {
    FIELDS.shouldBe(
        table("Field of a response", CompletionResponse.getClassSchema())
            + table("Field of `usage` of a response", TokenUsage.getClassSchema())
            + table("Field of `prompt_tokens_details`", PromptTokensDetails.getClassSchema())
            + table(
                "Field of `completion_tokens_details`", CompletionTokensDetails.getClassSchema())
            + table("Field of `gateway` of a response", GatewayDetails.getClassSchema())
            + table("Field of `call_details` of a response", CallDetails.getClassSchema())
            + "| `waited_..._ms` | number, may be null |"
            + " [What it waited for](usage.md#what-a-call-waited-for). |\n"
            + table("Field of a failure", CompletionFailure.getClassSchema())
            + table("Field of one of `attempts` of a failure", FailedAttempt.getClassSchema())
            + "\n");
  }

  private static String table(String head, Schema record) {
    return record.getFields().stream()
        .filter(field -> !field.name().startsWith("waited_")) // the page on usage has these
        .map(FieldsPageTest::row)
        .collect(
            Collectors.joining("", "\n| " + head + " | Type | Meaning |\n|---|---|---|\n", ""));
  }

  private static String row(Schema.Field field) {
    String type =
        field.schema().isUnion()
            ? field.schema().getTypes().stream()
                .filter(one -> one.getType() != Schema.Type.NULL)
                .map(one -> type(one) + ", may be null")
                .collect(Collectors.joining())
            : type(field.schema());
    return "| `%s` | %s | %s |\n".formatted(field.name(), type, field.doc().replace("|", "\\|"));
  }

  private static String type(Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.TimestampMillis) {
      return "time";
    }
    return switch (schema.getType()) {
      case STRING, ENUM -> "text";
      case INT, LONG -> "number";
      case BOOLEAN -> "boolean";
      case ARRAY -> "list";
      case RECORD -> "object";
      default -> throw new IllegalArgumentException("no field of a readable record: " + schema);
    };
  }
}

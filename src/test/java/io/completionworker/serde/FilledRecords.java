// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Generated records with every field set, found by their schemas, so that a new field is set too.
 */
public final class FilledRecords {

  /** Which branch a union with several of them takes. */
  public enum Branch {
    FIRST,
    LAST
  }

  private final Branch branch;
  private int count;

  private FilledRecords(Branch branch) {
    this.branch = branch;
  }

  /** The classes of all topics. */
  static List<Class<? extends SpecificRecord>> types() {
    return List.of(
        CompletionRequest.class,
        CompletionResponse.class,
        CompletionUsage.class,
        CompletionFailure.class,
        CompletionChunk.class,
        UsageWindow.class);
  }

  /** A record with every field set, no two alike. */
  public static <T extends SpecificRecord> T of(Class<T> type, Branch branch) {
    return type.cast(new FilledRecords(branch).fill(SpecificData.get().getSchema(type)));
  }

  private Object fill(Schema schema) {
    count++;
    return switch (schema.getType()) {
      case RECORD -> filledRecord(schema);
      case ENUM -> symbol(schema);
      case ARRAY ->
          new ArrayList<>(List.of(fill(schema.getElementType()), fill(schema.getElementType())));
      case MAP -> new LinkedHashMap<>(Map.of("clé " + count, fill(schema.getValueType())));
      case UNION ->
          fill(
              branch(
                  schema.getTypes().stream()
                      .filter(s -> s.getType() != Schema.Type.NULL)
                      .toList()));
      case STRING -> "text " + count + " \uD83D\uDE80";
      case INT -> -count;
      case LONG -> number(schema);
      case DOUBLE -> count / 7.0;
      case BOOLEAN -> true;
      case BYTES -> decimal(schema);
      default -> throw new IllegalArgumentException("No value for " + schema.getType());
    };
  }

  private Schema branch(List<Schema> branches) {
    return branches.get(branch == Branch.FIRST ? 0 : branches.size() - 1);
  }

  private SpecificRecord filledRecord(Schema schema) {
    SpecificRecord made =
        (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (Schema.Field field : schema.getFields()) {
      made.put(field.pos(), fill(field.schema()));
    }
    return made;
  }

  private static Object symbol(Schema schema) {
    List<String> symbols = schema.getEnumSymbols();
    return SpecificData.get().createEnum(symbols.get(symbols.size() - 1), schema);
  }

  private Object number(Schema schema) {
    long number = 1L << 40 | count;
    return schema.getLogicalType() == null ? number : Instant.ofEpochMilli(number);
  }

  private BigDecimal decimal(Schema schema) {
    int scale = ((LogicalTypes.Decimal) schema.getLogicalType()).getScale();
    return BigDecimal.valueOf(1_234_567L + count, scale);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import com.fasterxml.jackson.core.JsonToken;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/** Finds the branch of a union that a value has, since plain JSON does not name it. */
final class UnionBranch {

  private UnionBranch() {}

  /**
   * Returns the branch that is not null. Of several, it is the first that can have a value with
   * this token. Empty if there is none.
   *
   * @param token first token of the value, which is not null
   */
  static Optional<Schema> of(Schema union, JsonToken token) {
    boolean optional = union.getTypes().size() == 2 && union.isNullable();
    return union.getTypes().stream()
        .filter(type -> type.getType() != Schema.Type.NULL)
        .filter(type -> optional || takes(type, token))
        .findFirst();
  }

  private static boolean takes(Schema type, JsonToken token) {
    return switch (token) {
      case START_OBJECT ->
          type.getType() == Schema.Type.RECORD || type.getType() == Schema.Type.MAP;
      case START_ARRAY -> type.getType() == Schema.Type.ARRAY;
      case VALUE_TRUE, VALUE_FALSE -> type.getType() == Schema.Type.BOOLEAN;
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          isNumber(type) || type.getLogicalType() instanceof LogicalTypes.Decimal;
      case VALUE_STRING ->
          switch (type.getType()) {
            case STRING, ENUM, BYTES -> true;
            default -> false;
          };
      default -> false;
    };
  }

  private static boolean isNumber(Schema type) {
    return switch (type.getType()) {
      case INT, LONG, FLOAT, DOUBLE -> true;
      default -> false;
    };
  }
}

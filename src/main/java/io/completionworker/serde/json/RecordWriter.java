// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * Writes generated records as plain JSON. Null fields are left out, unions have no type names,
 * enums are written as their symbols, and bytes as base64. A logical type other than a decimal is
 * written in its underlying type, so a time in milliseconds is a number. A decimal is a string,
 * because most readers turn a number into a double and lose digits. Numbers that JSON does not know
 * are strings, too: {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
public final class RecordWriter {

  private final JsonGenerator out;
  private final SpecificData model;

  private RecordWriter(JsonGenerator out, SpecificData model) {
    this.out = out;
    this.model = model;
  }

  /** Writes a record as a JSON object. */
  public static void write(IndexedRecord generated, JsonGenerator out) throws IOException {
    new RecordWriter(out, SpecificData.getForClass(generated.getClass())).object(generated);
  }

  private void object(IndexedRecord written) throws IOException {
    out.writeStartObject();
    for (Schema.Field field : written.getSchema().getFields()) {
      Object value = written.get(field.pos());
      if (value != null) {
        out.writeFieldName(field.name());
        value(field.schema(), value);
      }
    }
    out.writeEndObject();
  }

  private void value(Schema schema, @Nullable Object value) throws IOException {
    if (value == null) {
      out.writeNull();
      return;
    }
    switch (schema.getType()) {
      case UNION -> value(branch(schema, value), value);
      case RECORD -> object((IndexedRecord) value);
      case ARRAY -> array(schema.getElementType(), (Collection<?>) value);
      case MAP -> map(schema.getValueType(), (Map<?, ?>) value);
      default -> scalar(schema, value);
    }
  }

  private Schema branch(Schema union, Object value) {
    List<Schema> types = union.getTypes();
    if (types.size() == 2 && union.isNullable()) {
      return types.get(types.get(0).getType() == Schema.Type.NULL ? 1 : 0);
    }
    return types.get(model.resolveUnion(union, value));
  }

  private void array(Schema items, Collection<?> values) throws IOException {
    out.writeStartArray();
    for (Object item : values) {
      value(items, item);
    }
    out.writeEndArray();
  }

  private void map(Schema values, Map<?, ?> entries) throws IOException {
    out.writeStartObject();
    for (Map.Entry<?, ?> entry : entries.entrySet()) {
      out.writeFieldName(String.valueOf(entry.getKey()));
      value(values, entry.getValue());
    }
    out.writeEndObject();
  }

  private void scalar(Schema schema, Object value) throws IOException {
    if (value instanceof BigDecimal decimal) {
      out.writeString(decimal.toPlainString());
      return;
    }
    Object raw = raw(schema, value);
    switch (schema.getType()) {
      case BOOLEAN -> out.writeBoolean((Boolean) raw);
      case INT -> out.writeNumber((Integer) raw);
      case LONG -> out.writeNumber((Long) raw);
      case FLOAT -> out.writeNumber((Float) raw);
      case DOUBLE -> out.writeNumber((Double) raw);
      case BYTES -> out.writeBinary(bytes((ByteBuffer) raw));
      case STRING, ENUM -> out.writeString(raw.toString());
      default -> throw new IllegalArgumentException("no JSON form of " + schema.getType());
    }
  }

  /** Converts a value of a logical type to the value that Avro itself would write. */
  private Object raw(Schema schema, Object value) {
    LogicalType logical = schema.getLogicalType();
    if (logical == null) {
      return value;
    }
    Conversion<?> conversion = model.getConversionByClass(value.getClass(), logical);
    return conversion == null
        ? value
        : Conversions.convertToRawType(value, schema, logical, conversion);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] content = new byte[buffer.remaining()];
    buffer.duplicate().get(content);
    return content;
  }
}

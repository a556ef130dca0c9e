// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Reads generated records from plain JSON, as {@link RecordWriter} and people write it. An absent
 * field, or a null where the schema allows none, gets the field's default. A decimal may be a
 * number, and a time in milliseconds may be an ISO-8601 text. Any other mismatch is a {@link
 * SerializationException} that names the path and quotes no value.
 */
public final class RecordReader {

  private final JsonParser in;
  private final SpecificData model;
  private final String above;
  private final BiFunction<String, Schema, @Nullable String> unknown;

  private RecordReader(
      JsonParser in,
      SpecificData model,
      String above,
      BiFunction<String, Schema, @Nullable String> unknown) {
    this.in = in;
    this.model = model;
    this.above = above;
    this.unknown = unknown;
  }

  /**
   * Reads a record that a newer version may have written. Members without a field are skipped.
   *
   * @param in a parser before its first token; not closed
   */
  public static <T extends SpecificRecord> T read(Class<T> type, JsonParser in) throws IOException {
    return read(type, in, "", (name, schema) -> null);
  }

  /**
   * Reads a record.
   *
   * @param in a parser before its first token; not closed
   * @param above path of the record, for messages; empty for a whole value
   * @param unknown called for each member that has no field in the schema; returns the fault, or
   *     null to skip the member
   */
  public static <T extends SpecificRecord> T read(
      Class<T> type,
      JsonParser in,
      String above,
      BiFunction<String, Schema, @Nullable String> unknown)
      throws IOException {
    SpecificData model = SpecificData.getForClass(type);
    RecordReader reader = new RecordReader(in, model, above, unknown);
    in.nextToken();
    return type.cast(reader.object(model.getSchema(type)));
  }

  private Object value(Schema schema) throws IOException {
    return switch (schema.getType()) {
      case UNION -> value(branch(schema));
      case RECORD -> object(schema);
      case ARRAY -> array(schema.getElementType());
      case MAP -> map(schema.getValueType());
      default -> logical(schema);
    };
  }

  private Object object(Schema schema) throws IOException {
    require(JsonToken.START_OBJECT, "is not an object");
    SpecificRecord made = (SpecificRecord) model.newRecord(null, schema);
    boolean[] given = new boolean[schema.getFields().size()];
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      Schema.Field field = schema.getField(name);
      in.nextToken();
      if (field == null) {
        String fault = unknown.apply(name, schema);
        if (fault != null) {
          throw fault(fault);
        }
        in.skipChildren();
      } else if (in.currentToken() == JsonToken.VALUE_NULL) {
        given[field.pos()] = field.schema().isNullable();
      } else {
        made.put(field.pos(), value(field.schema()));
        given[field.pos()] = true;
      }
    }
    for (Schema.Field field : schema.getFields()) {
      if (!given[field.pos()]) {
        made.put(field.pos(), defaultOf(field));
      }
    }
    return made;
  }

  private @Nullable Object defaultOf(Schema.Field field) {
    if (!field.hasDefaultValue()) {
      String path = path();
      throw new SerializationException(
          (path.isEmpty() ? "" : path + ".") + field.name() + " is missing");
    }
    Object value = model.getDefaultValue(field);
    return value == null ? null : model.deepCopy(field.schema(), value);
  }

  private List<Object> array(Schema items) throws IOException {
    require(JsonToken.START_ARRAY, "is not an array");
    List<Object> values = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      values.add(item(items));
    }
    return values;
  }

  private Map<String, Object> map(Schema values) throws IOException {
    require(JsonToken.START_OBJECT, "is not an object");
    Map<String, Object> entries = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      in.nextToken();
      entries.put(name, item(values));
    }
    return entries;
  }

  @SuppressWarnings("NullAway") // null only where the schema of the items allows it
  private Object item(Schema schema) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_NULL && schema.isNullable()) {
      return null;
    }
    return value(schema);
  }

  private Schema branch(Schema union) {
    return UnionBranch.of(union, in.currentToken())
        .orElseThrow(() -> fault("is of no kind that this field may have"));
  }

  private Object logical(Schema schema) throws IOException {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return decimal(decimal);
    }
    Object raw =
        logical instanceof LogicalTypes.TimestampMillis && in.hasToken(JsonToken.VALUE_STRING)
            ? (Object) millis()
            : scalar(schema);
    Conversion<?> conversion = logical == null ? null : model.getConversionFor(logical);
    return conversion == null
        ? raw
        : Conversions.convertToLogicalType(raw, schema, logical, conversion);
  }

  private Object scalar(Schema schema) throws IOException {
    return switch (schema.getType()) {
      case STRING -> text("is not a string");
      case BOOLEAN -> flag();
      case INT -> (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE, 32);
      case LONG -> whole(Long.MIN_VALUE, Long.MAX_VALUE, 64);
      case FLOAT -> (float) decimalPoint();
      case DOUBLE -> decimalPoint();
      case ENUM -> symbol(schema);
      case BYTES -> bytes();
      default -> throw new IllegalArgumentException("no JSON form of " + schema.getType());
    };
  }

  private String text(String otherwise) throws IOException {
    require(JsonToken.VALUE_STRING, otherwise);
    return in.getText();
  }

  private boolean flag() throws IOException {
    if (!in.currentToken().isBoolean()) {
      throw fault("is not a boolean");
    }
    return in.getBooleanValue();
  }

  private long whole(long least, long most, int bits) throws IOException {
    require(JsonToken.VALUE_NUMBER_INT, "is not a whole number");
    if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || in.getLongValue() < least
        || in.getLongValue() > most) {
      throw fault("has more than " + bits + " bits");
    }
    return in.getLongValue();
  }

  private double decimalPoint() throws IOException {
    if (in.currentToken().isNumeric()) {
      return in.getDoubleValue();
    }
    return switch (text("is not a number")) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw fault("is not a number");
    };
  }

  private BigDecimal decimal(LogicalTypes.Decimal type) throws IOException {
    BigDecimal given;
    try {
      given =
          in.currentToken().isNumeric()
              ? in.getDecimalValue()
              : new BigDecimal(text("is not a decimal number"));
    } catch (NumberFormatException e) {
      throw fault("is not a decimal number");
    }
    // checked before the scale is changed, since an exponent can ask for any number of digits
    long digitsBefore = (long) given.precision() - given.scale();
    if (given.signum() != 0 && digitsBefore > type.getPrecision() - type.getScale()) {
      throw fault("has more digits than " + type.getPrecision());
    }
    BigDecimal bare = given.signum() == 0 ? BigDecimal.ZERO : given.stripTrailingZeros();
    if (bare.scale() > type.getScale()) {
      throw fault("has more than " + type.getScale() + " digits behind the point");
    }
    return bare.setScale(type.getScale());
  }

  private long millis() throws IOException {
    try {
      return Instant.parse(in.getText()).toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      throw fault("is neither a number of milliseconds nor an ISO-8601 time");
    }
  }

  private Object symbol(Schema schema) throws IOException {
    String symbol = text("is not a string");
    String known = schema.hasEnumSymbol(symbol) ? symbol : schema.getEnumDefault();
    if (known == null) {
      throw fault("is none of " + String.join(", ", schema.getEnumSymbols()));
    }
    return model.createEnum(known, schema);
  }

  private ByteBuffer bytes() throws IOException {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(text("is not a string of base64")));
    } catch (IllegalArgumentException e) {
      throw fault("is not base64");
    }
  }

  private void require(JsonToken token, String otherwise) {
    if (in.currentToken() != token) {
      throw fault(in.currentToken() == JsonToken.VALUE_NULL ? "is null" : otherwise);
    }
  }

  private String path() {
    String below = StrictJson.path(in);
    if (above.isEmpty() || below.isEmpty()) {
      return above.isEmpty() ? below : above;
    }
    return above + "." + below;
  }

  private SerializationException fault(String what) {
    String path = path();
    return new SerializationException((path.isEmpty() ? "the value" : path) + " " + what);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Conversion;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Any record of a generated class, by its schema, with the values that break formats. */
final class RandomRecords {

  private static final List<String> TEXTS =
      List.of(
          "",
          "hello",
          "null",
          "NaN",
          "-Infinity",
          "{\"a\":[1,2]}",
          "quote \" backslash \\ slash /",
          "line\nfeed\ttab\rreturn\u0000nul\u001f\u007f",
          "\u00e9\u4e2d\ud83d\ude80",
          "\ufeff\ufffd\u2028\u2029",
          "2026-01-01T00:00:00Z",
          "x".repeat(9_000) + "\u20ac");

  private static final double[] DOUBLES = {
    0,
    -0.0,
    0.1,
    -1.5,
    1e308,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    1.0 / 3,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };

  private static final long[] LONGS = {
    0, 1, -1, 1_700_000_000_000L, 1L << 53, (1L << 53) + 1, Long.MIN_VALUE, Long.MAX_VALUE
  };

  private final Random random;
  private final SpecificData model;

  private RandomRecords(Random random, SpecificData model) {
    this.random = random;
    this.model = model;
  }

  static <T extends SpecificRecord> T of(Class<T> type, Random random) {
    SpecificData model = SpecificData.getForClass(type);
    return type.cast(new RandomRecords(random, model).generated(model.getSchema(type)));
  }

  private SpecificRecord generated(Schema schema) {
    SpecificRecord made = (SpecificRecord) model.newRecord(null, schema);
    for (Schema.Field field : schema.getFields()) {
      made.put(field.pos(), value(field.schema()));
    }
    return made;
  }

  private @Nullable Object value(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> null;
      case UNION -> value(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
      case RECORD -> generated(schema);
      case ARRAY -> array(schema.getElementType());
      case MAP -> map(schema.getValueType());
      default -> logical(schema, scalar(schema));
    };
  }

  private Object logical(Schema schema, Object raw) {
    Conversion<?> conversion =
        schema.getLogicalType() == null ? null : model.getConversionFor(schema.getLogicalType());
    return conversion == null
        ? raw
        : Conversions.convertToLogicalType(raw, schema, schema.getLogicalType(), conversion);
  }

  private Object scalar(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BOOLEAN -> random.nextBoolean();
      case INT -> random.nextBoolean() ? random.nextInt() : random.nextInt(3) - 1;
      case LONG ->
          schema.getLogicalType() == null
              ? (Object) LONGS[random.nextInt(LONGS.length)]
              : (Object) random.nextLong(4_000_000_000_000L);
      case FLOAT -> random.nextFloat();
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case ENUM ->
          model.createEnum(
              schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())), schema);
      case BYTES -> ByteBuffer.wrap(bytes(schema));
      default -> throw new IllegalArgumentException("No value for " + schema.getType());
    };
  }

  private byte[] bytes(Schema schema) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      BigInteger largest = BigInteger.TEN.pow(1 + random.nextInt(decimal.getPrecision()));
      BigInteger any = new BigInteger(80, random).mod(largest);
      return (random.nextBoolean() ? any : any.negate()).toByteArray();
    }
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<@Nullable Object> array(Schema items) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      values.add(value(items));
    }
    return values;
  }

  private Map<String, @Nullable Object> map(Schema values) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      entries.put(TEXTS.get(random.nextInt(TEXTS.size())), value(values));
    }
    return entries;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import io.completionworker.avro.FailureReason;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** With the logical types of the worker's records, whatever their fields are called. */
public final class Prices extends SpecificRecordBase {

  public static final Schema SCHEMA$ =
      SchemaBuilder.record(Prices.class.getName())
          .fields()
          .name("at")
          .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .name("cost")
          .type(
              Schema.createUnion(
                  Schema.create(Schema.Type.NULL),
                  LogicalTypes.decimal(20, 10).addToSchema(Schema.create(Schema.Type.BYTES))))
          .withDefault(null)
          .name("count")
          .type()
          .intType()
          .intDefault(5)
          .name("source")
          .type(FailureReason.getClassSchema())
          .withDefault("UNKNOWN")
          .endRecord();

  public static final SpecificData MODEL$ = new SpecificData();

  static {
    MODEL$.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    MODEL$.addLogicalTypeConversion(new Conversions.DecimalConversion());
  }

  private final @Nullable Object[] values = new @Nullable Object[4];

  @Override
  public SpecificData getSpecificData() {
    return MODEL$;
  }

  @Override
  public Schema getSchema() {
    return SCHEMA$;
  }

  @Override
  @SuppressWarnings("NullAway")
  public Object get(int field) {
    return values[field];
  }

  @Override
  public void put(int field, @Nullable Object value) {
    values[field] = value;
  }
}

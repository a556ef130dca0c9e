// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Creates records without content: nulls where the schema allows them, otherwise zeros, empty texts
 * and lists, and first enum symbols. A serde that cannot write a blank record can write no record
 * of the same class.
 */
public final class BlankRecords {

  private BlankRecords() {}

  /**
   * Creates a blank record of the same class.
   *
   * @param record a generated record
   */
  @SuppressWarnings("unchecked") // the reader creates records of the data model's class
  public static <T> T like(T record) {
    Schema schema = ((SpecificRecord) record).getSchema();
    SpecificData model = SpecificData.getForClass(record.getClass());
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new GenericDatumWriter<>(schema).write(blank(schema), encoder);
      encoder.flush();
      return (T)
          new SpecificDatumReader<>(schema, schema, model)
              .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns a blank value as Avro writes it. A logical type has the blank value of its underlying
   * type.
   */
  private static Object blank(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case ENUM -> new GenericData.EnumSymbol(schema, schema.getEnumSymbols().get(0));
      case ARRAY -> List.of();
      case MAP -> Map.of();
      case UNION -> ofUnion(schema);
      case FIXED -> new GenericData.Fixed(schema, new byte[schema.getFixedSize()]);
      case STRING -> "";
      case BYTES -> ByteBuffer.allocate(0);
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BOOLEAN -> false;
      case NULL -> throw new IllegalArgumentException("A field that is nothing but null");
    };
  }

  private static Object record(Schema schema) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      if (!field.schema().isNullable()) {
        record.put(field.pos(), blank(field.schema()));
      }
    }
    return record;
  }

  private static Object ofUnion(Schema union) {
    return blank(union.getTypes().get(0));
  }
}

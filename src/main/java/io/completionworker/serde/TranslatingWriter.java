// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes records with another schema than their own: as their own, read back and resolved by Avro's
 * rules. Fields are matched by name, never by place.
 */
final class TranslatingWriter<T> implements DatumWriter<T> {

  private final DatumWriter<T> own;
  private final DatumReader<GenericRecord> reader;
  private final DatumWriter<GenericRecord> writer;

  TranslatingWriter(DatumWriter<T> own, Schema ownSchema, Schema target) {
    this.own = own;
    this.reader = new GenericDatumReader<>(ownSchema, target);
    this.writer = new GenericDatumWriter<>(target);
  }

  @Override
  public void setSchema(Schema schema) {
    throw new UnsupportedOperationException("Both schemas are fixed");
  }

  @Override
  public void write(T record, Encoder out) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    own.write(record, encoder);
    encoder.flush();
    writer.write(
        reader.read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null)), out);
  }
}

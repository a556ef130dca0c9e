// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionChunk;
import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** Nothing of any record is lost or changed on the way from Avro to JSON and back. */
class JsonRoundTripPropertyTest {

  private static final List<Class<? extends SpecificRecord>> TYPES =
      List.of(
          CompletionRequest.class,
          CompletionResponse.class,
          CompletionUsage.class,
          CompletionFailure.class,
          CompletionChunk.class,
          UsageWindow.class);

  @Property(tries = 600)
  void shouldReadEveryRecordAsItWasWritten(@ForAll Random random) throws IOException {
    for (Class<? extends SpecificRecord> type : TYPES) {
      check(type, random);
    }
  }

  private static <T extends SpecificRecord> void check(Class<T> type, Random random)
      throws IOException {
    T written = RandomRecords.of(type, random);
    JsonSerde<T> serde = new JsonSerde<>(type);

    T read =
        java.util.Objects.requireNonNull(serde.deserialize("t", serde.serialize("t", written)));

    assertThat(avro(read)).as("%s", type).isEqualTo(avro(written));
  }

  private static byte[] avro(SpecificRecord value) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new SpecificDatumWriter<>(value.getSchema(), SpecificData.getForClass(value.getClass()))
        .write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }
}

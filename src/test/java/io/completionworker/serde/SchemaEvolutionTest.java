// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.FailedAttempt;
import io.completionworker.avro.FailureReason;
import io.completionworker.avro.ImageUrl;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/** Records of writers that have an older or a newer schema than we. */
class SchemaEvolutionTest {

  private static final String HEAD =
      "{\"type\":\"record\",\"name\":\"%s\",\"namespace\":\"io.completionworker.avro\",\"fields\":[";

  private final Map<String, String> settings =
      Map.of("schema.registry.url", "mock://" + UUID.randomUUID());

  @Test
  void shouldSkipFieldsThatItDoesNotKnow() throws IOException {
    Schema writer =
        schema(
            "ImageUrl",
            """
            {"name": "tags", "type": {"type": "array", "items": "string"}},
            {"name": "sizes", "type": {"type": "map", "values": "double"}},
            {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 3}},
            {"name": "ratio", "type": "float"},
            {"name": "raw", "type": ["null", "bytes"]},
            {"name": "url", "type": "string"},
            {"name": "detail", "type": ["null", "string"]},
            {"name": "last", "type": "string"}
            """);
    GenericRecord record = new GenericData.Record(writer);
    record.put("tags", List.of("a", "b"));
    record.put("sizes", Map.of("c", 1.5));
    record.put("hash", new GenericData.Fixed(writer.getField("hash").schema(), new byte[3]));
    record.put("ratio", 2.5f);
    record.put("raw", ByteBuffer.wrap(new byte[] {1, 2}));
    record.put("url", "u");
    record.put("detail", "d");
    record.put("last", "e");

    assertThat(read(ImageUrl.class, writer, record)).isEqualTo(new ImageUrl("u", "d"));
  }

  @Test
  void shouldFillInWhatAnOlderWriterDoesNotHave() throws IOException {
    Schema writer = schema("ImageUrl", "{\"name\": \"url\", \"type\": \"string\"}");

    GenericRecord record = new GenericRecordBuilder(writer).set("url", "u").build();

    assertThat(read(ImageUrl.class, writer, record)).isEqualTo(new ImageUrl("u", null));
  }

  @Test
  void shouldFillInDefaultsThatAreNotNull() throws IOException {
    Schema writer =
        schema(
            "CompletionUsage",
            """
            {"name": "request_id", "type": "string"}, {"name": "call_id", "type": "string"},
            {"name": "trace_id", "type": "string"}, {"name": "model", "type": "string"},
            {"name": "billable", "type": "boolean"}, {"name": "started_at", "type": "int"},
            {"name": "completed_at", "type": "long"}, {"name": "latency_ms", "type": "long"},
            {"name": "attempt", "type": "int"},
            {"name": "source_topic", "type": "string"},
            {"name": "source_partition", "type": "int"},
            {"name": "source_offset", "type": "int"}, {"name": "queued_at", "type": "long"}
            """);
    GenericRecord record = new GenericData.Record(writer);
    for (String text :
        new String[] {"request_id", "call_id", "trace_id", "model", "source_topic"}) {
      record.put(text, text);
    }
    record.put("billable", true);
    record.put("started_at", 7);
    record.put("completed_at", 8L);
    record.put("latency_ms", 1L);
    record.put("attempt", 1);
    record.put("source_partition", 2);
    record.put("source_offset", 3);
    record.put("queued_at", 4L);

    CompletionUsage first = read(CompletionUsage.class, writer, record);

    assertThat(first.getUsageSource()).isEqualTo("UNKNOWN");
    assertThat(first.getOutcome()).isEqualTo("UNKNOWN");
    assertThat(first.getStartedAt()).as("an int, promoted").isEqualTo(Instant.ofEpochMilli(7));
    assertThat(first.getQueuedAt()).as("no logical type").isEqualTo(Instant.ofEpochMilli(4));
    assertThat(first.getSourceOffset()).as("an int, promoted").isEqualTo(3);
    assertThat(first.getCost()).isNull();
  }

  @Test
  void shouldReadASymbolThatItDoesNotKnowAsTheDefault() throws IOException {
    Schema writer =
        schema(
            "FailedAttempt",
            """
            {"name": "call_id", "type": "string"}, {"name": "attempt", "type": "int"},
            {"name": "started_at", "type": "long"}, {"name": "ended_at", "type": "long"},
            {"name": "reason", "type":
              {"type": "enum", "name": "FailureReason", "symbols": ["SOLAR_FLARE", "CONFLICT"]}}
            """);
    GenericRecord record = new GenericData.Record(writer);
    record.put("call_id", "c");
    record.put("attempt", 1);
    record.put("started_at", 1L);
    record.put("ended_at", 2L);
    Schema reasons = writer.getField("reason").schema();

    record.put("reason", new GenericData.EnumSymbol(reasons, "SOLAR_FLARE"));
    assertThat(read(FailedAttempt.class, writer, record).getReason())
        .isEqualTo(FailureReason.UNKNOWN);

    record.put("reason", new GenericData.EnumSymbol(reasons, "CONFLICT"));
    assertThat(read(FailedAttempt.class, writer, record).getReason())
        .isEqualTo(FailureReason.CONFLICT);
  }

  @Test
  void shouldRefuseAWriterWithoutARequiredField() {
    Schema writer = schema("ImageUrl", "{\"name\": \"detail\", \"type\": [\"null\", \"string\"]}");
    GenericRecord record = new GenericData.Record(writer);

    assertThatThrownBy(() -> read(ImageUrl.class, writer, record))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("missing required field url");
  }

  private static Schema schema(String name, String fields) {
    return new Schema.Parser().parse(HEAD.formatted(name) + fields + "]}");
  }

  private <T extends SpecificRecord> T read(Class<T> type, Schema writer, GenericRecord record)
      throws IOException {
    int id = RegistryClient.of(new Settings(settings)).register("topic-value", writer).id();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(new byte[] {0, 0, 0, 0, (byte) id});
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(writer).write(record, encoder);
    encoder.flush();
    AvroSerde<T> serde = new AvroSerde<>(type);
    serde.configure(settings, false);
    return serde.deserializer().deserialize("topic", bytes.toByteArray());
  }
}

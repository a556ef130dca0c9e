package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.demo.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Where a batch begins to read: what it does not look at is neither published twice nor in its way.
 */
class BatchStartIT extends InProcessCli {

  private static final String LINE =
      "{\"custom_id\":\"c-%d\",\"body\":{\"model\":\"m\",\"messages\":"
          + "[{\"role\":\"user\",\"content\":\"say %d\"}]}}\n";
  private static final int LINES = 7;

  private static EmbeddedBroker broker;

  private Path file;
  private String answers;

  @BeforeAll
  static void startABroker() {
    broker = EmbeddedBroker.start();
    for (String topic : List.of("requests", "responses", "usage", "failures", "dead-letters")) {
      broker.createTopic("completion-" + topic, 2, Map.of());
    }
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @BeforeEach
  void useTheBroker() throws IOException {
    environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i <= LINES; i++) {
      lines.append(LINE.formatted(i, i));
    }
    file = Files.writeString(directory.resolve("seven.jsonl"), lines);
    answers = directory.resolve("answers.jsonl").toString();
  }

  /** A registry that lost its schemas leaves such behind, of other batches. */
  @Test
  void shouldNotReadOutcomesThatAreOlderThanTheBatch() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      byte[] undecodable = {0, 0, 0, 0, 99, 1, 2, 3};
      producer.send(new ProducerRecord<>("completion-responses", undecodable)).get();
    }
    String[] command = {"batch", file.toString(), "--out", answers, "--timeout", "1"};

    assertThat(execute(command)).isEqualTo(1);
    assertThat(err.toString()).contains("is not complete: 7 of 7 requests have no outcome");
    err.getBuffer().setLength(0);
    assertThat(execute(command)).as("it goes on").isEqualTo(1);
    assertThat(err.toString()).contains("is not complete: 7 of 7 requests have no outcome");
  }
}

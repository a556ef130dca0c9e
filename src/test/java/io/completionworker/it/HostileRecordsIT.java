// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.hostile.HostileRecords;
import io.completionworker.hostile.RecordCase;
import io.completionworker.hostile.RecordCase.End;
import io.completionworker.secrets.SearchedWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole worker under hostile records: each has its end, and the worker goes on. */
class HostileRecordsIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int LARGEST = 8_000_000;

  private final Stand stand =
      new Stand(Behaviour.builder().respondWith(call -> Reply.completion()).build(), 2);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldEndEveryRecordAndGoOn() {
    List<RecordCase> cases = HostileRecords.all().toList();
    Map<String, String> expected =
        cases.stream()
            .filter(of -> !(of.end() instanceof End.DeadLetter))
            .collect(Collectors.toMap(RecordCase::name, HostileRecordsIT::kind));

    try (SearchedWorker worker = stand.start(Map.of("hold.unknown.schema.ms", "1000"))) {
      publish(cases);
      stand.publish(0, 10, 1);

      await().atMost(LONG).until(() -> outcomes.poll().all().size() >= expected.size() + 10);
      await().atMost(LONG).until(() -> dead(cases) <= outcomes.poll().deadLetters());
      assertThat(worker.notReadyReasons()).isEmpty();
      assertThat(worker.live()).isTrue();
    }
    Map<String, String> seen =
        outcomes.poll().all().stream()
            .filter(outcome -> !outcome.key().startsWith("k-"))
            .collect(Collectors.toMap(Outcomes.Outcome::key, Outcomes.Outcome::kind));
    assertThat(seen).containsExactlyInAnyOrderEntriesOf(expected);
    assertThat(outcomes.deadLetters()).isEqualTo((int) dead(cases));
    assertThat(outcomes.all())
        .filteredOn(outcome -> outcome.key().startsWith("k-"))
        .hasSize(10)
        .allMatch(outcome -> outcome.kind().equals("response"));
  }

  private static String kind(RecordCase of) {
    return of.end() instanceof End.Call ? "response" : "INVALID_REQUEST";
  }

  private static long dead(List<RecordCase> cases) {
    return cases.stream().filter(of -> of.end() instanceof End.DeadLetter).count();
  }

  private void publish(List<RecordCase> cases) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProducer<String, byte[]> producer =
            new KafkaProducer<>(
                Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                    stand.broker.bootstrapServers(),
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                    LARGEST),
                new StringSerializer(),
                new ByteArraySerializer());
        Serializer<CompletionRequest> values =
            stand.serdes().forValues(CompletionRequest.class).serializer()) {
      for (RecordCase of : cases) {
        byte[] value =
            of.value().bytes(request -> values.serialize("completion-requests", request));
        var record = new ProducerRecord<>("completion-requests", of.name(), value);
        of.headers().forEach(header -> record.headers().add(header.name(), header.value()));
        sent.add(producer.send(record));
      }
      producer.flush();
    }
    assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(LONG));
  }
}

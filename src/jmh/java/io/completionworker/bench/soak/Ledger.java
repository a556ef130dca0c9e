// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.soak;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.bench.Percentiles;
import io.completionworker.bench.Rig;
import io.completionworker.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Which requests have an outcome, in few bits for each, and the times of the last ones. */
final class Ledger implements AutoCloseable {

  private final Deserializer<CompletionResponse> decoder;
  private final BitSet answered = new BitSet();
  private List<Long> fromQueue = new ArrayList<>();
  private List<Long> fromAnswer = new ArrayList<>();
  private long outcomes;
  private long repeated;
  private long failures;
  private long recovered;
  private long retried;

  Ledger(AvroSerdes serdes) {
    decoder = serdes.forValues(CompletionResponse.class).deserializer();
  }

  /**
   * Times of the outcomes since the last time.
   *
   * @param fromQueue from the request's record to the committed read
   * @param fromAnswer from the end of the call
   */
  record Times(Percentiles fromQueue, Percentiles fromAnswer) {}

  void add(ConsumerRecord<byte[], byte[]> record) {
    outcomes++;
    int number = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8).substring(2));
    if (answered.get(number)) {
      repeated++;
    }
    answered.set(number);
    if (!record.topic().equals(Rig.RESPONSES)) {
      failures++;
      return;
    }
    long now = System.currentTimeMillis();
    var call = decoder.deserialize(record.topic(), record.value()).getCallDetails();
    fromQueue.add(now - call.getQueuedAt().toEpochMilli());
    fromAnswer.add(now - call.getCompletedAt().toEpochMilli());
    recovered += call.getRecovered() ? 1 : 0;
    retried += call.getAttempts() > 1 ? 1 : 0;
  }

  Times takeTimes() {
    Times times =
        new Times(
            Percentiles.of(fromQueue.stream().mapToLong(Long::longValue)),
            Percentiles.of(fromAnswer.stream().mapToLong(Long::longValue)));
    fromQueue = new ArrayList<>();
    fromAnswer = new ArrayList<>();
    return times;
  }

  /** Requests with an outcome. */
  int answered() {
    return answered.cardinality();
  }

  long outcomes() {
    return outcomes;
  }

  /** Outcomes beyond the first of a request. */
  long repeated() {
    return repeated;
  }

  /** Outcomes that are no responses. */
  long failures() {
    return failures;
  }

  /** Responses to requests that were called again after a crash. */
  long recovered() {
    return recovered;
  }

  /** Responses that took more than one attempt. */
  long retried() {
    return retried;
  }

  @Override
  public void close() {
    decoder.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.kill;

import io.completionworker.avro.CompletionResponse;
import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.Rig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Committed outcomes: which requests have one, how many came in the last second, and whether a new
 * process has written one. One thread.
 */
final class Outcomes implements AutoCloseable {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final CommittedRecords records;
  private final Deserializer<CompletionResponse> decoder;
  private final BitSet answered = new BitSet();
  private final BitSet repeated = new BitSet();
  private final Deque<Reading> lastSecond = new ArrayDeque<>();
  private long total;
  private long failures;
  private long soughtAfterMillis;
  private boolean resumed = true;

  Outcomes(Rig rig) {
    records = new CommittedRecords(rig, List.of(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS));
    decoder = rig.serdes().forValues(CompletionResponse.class).deserializer();
  }

  /** How many had been read at that moment of {@link System#nanoTime}. */
  private record Reading(long nanos, long total) {}

  /**
   * All counts.
   *
   * @param answered requests with an outcome
   * @param repeated requests with more than one
   * @param total outcomes
   * @param failures outcomes that are no responses
   */
  record Counts(long answered, long repeated, long total, long failures) {}

  /** Reads what is there, or comes within a moment. */
  void read() {
    records.poll(this::add);
    long now = System.nanoTime();
    lastSecond.add(new Reading(now, total));
    while (now - lastSecond.element().nanos > SECOND) {
      lastSecond.remove();
    }
  }

  /** Reads everything that is committed. */
  void readAll() {
    records.readAll(this::add);
  }

  /**
   * Looks from now on for an outcome of the next process: one whose call ended after this moment.
   *
   * @param millis since the epoch; the killed process is gone
   */
  void seekCompletedAfter(long millis) {
    soughtAfterMillis = millis;
    resumed = false;
  }

  /** Whether that outcome has been read. */
  boolean resumed() {
    return resumed;
  }

  /** Outcomes read in the last second; those of the new process only, once it has written one. */
  long perSecond() {
    return lastSecond.isEmpty() ? 0 : total - lastSecond.element().total;
  }

  long total() {
    return total;
  }

  /** Requests with an outcome. */
  int answered() {
    return answered.cardinality();
  }

  Counts counts() {
    return new Counts(answered.cardinality(), repeated.cardinality(), total, failures);
  }

  @Override
  public void close() {
    records.close();
    decoder.close();
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    boolean response = record.topic().equals(Rig.RESPONSES);
    if (!resumed && response && completedAt(record) > soughtAfterMillis) {
      resumed = true;
      lastSecond.clear();
      lastSecond.add(new Reading(System.nanoTime(), total));
    }
    total++;
    failures += response ? 0 : 1;
    int number = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8).substring(2));
    (answered.get(number) ? repeated : answered).set(number);
  }

  private long completedAt(ConsumerRecord<byte[], byte[]> record) {
    return decoder
        .deserialize(record.topic(), record.value())
        .getCallDetails()
        .getCompletedAt()
        .toEpochMilli();
  }
}

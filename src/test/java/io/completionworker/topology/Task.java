// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.fixtures.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The real processor and dispatcher over a store in the test's hand: its transaction is committed
 * or aborted, and its process killed, when the test says so.
 */
final class Task {

  final List<String> outcomes = new ArrayList<>();
  final List<String> rows = new ArrayList<>();

  /** Outcomes that were forwarded in a transaction that was aborted. */
  private final boolean ordered;

  private final boolean holdsBack;
  WorkerTopology worker;
  private final List<String> requests = new ArrayList<>();
  private final Map<String, Map<Bytes, byte[]>> committed = new LinkedHashMap<>();
  private int committedOffset;
  private int nextOffset;
  private Processor<byte[], byte[], byte[], Object> processor;
  private MockProcessorContext<byte[], Object> context = new MockProcessorContext<>();
  private final Map<String, KeyValueStore<Bytes, byte[]>> stores = new LinkedHashMap<>();

  Task() {
    this(false);
  }

  /** A task of requests of one key, called one after the other or not. */
  Task(boolean ordered) {
    this(ordered, false);
  }

  /** The same, whose committed offset waits for outcomes or not. */
  Task(boolean ordered, boolean holdsBack) {
    this.ordered = ordered;
    this.holdsBack = holdsBack;
    worker = worker();
    processor = worker.supplier.get();
    init();
  }

  private WorkerTopology worker() {
    if (holdsBack) {
      return WorkerTopology.holdingBack(1_000, Duration.ofSeconds(10));
    }
    return ordered ? WorkerTopology.ordered(1_000, 4_096) : new WorkerTopology(1_000, 4_096);
  }

  void request(String text) {
    requests.add(text);
    processNext();
  }

  /** Time goes by, and the stream thread does what it has to. */
  void advance(Duration duration) {
    worker.loop.advance(duration);
    context.setCurrentSystemTimeMs(worker.loop.millis());
    context.scheduledPunctuators().stream()
        .filter(scheduled -> !scheduled.cancelled())
        .forEach(scheduled -> scheduled.getPunctuator().punctuate(worker.loop.millis()));
    worker.loop.run();
  }

  void commit() {
    context.forwarded().forEach(forward -> note(new Forwarded(forward)));
    context.resetForwards();
    stores.forEach((name, store) -> committed.put(name, stored(store)));
    committedOffset = (int) worker.intake.transaction().committable(0, nextOffset);
    worker.intake.transaction().committed(worker.loop.nanos());
    worker.loop.run();
  }

  /** The task is closed and comes back to the same process, as after a transaction that failed. */
  void abort() {
    processor.close();
    worker.intake.transaction().aborted();
    restart();
  }

  /** The process has gone, and all with it that was not committed. */
  void kill() {
    worker = worker();
    processor = worker.supplier.get();
    restart();
  }

  private void restart() {
    context = new MockProcessorContext<>();
    init();
    nextOffset = committedOffset;
    while (nextOffset < requests.size()) {
      processNext();
    }
    worker.loop.run();
  }

  private void init() {
    for (String name : List.of("pending", "marks")) {
      KeyValueStore<Bytes, byte[]> fresh = MemoryStore.in(context, name);
      committed.getOrDefault(name, Map.of()).forEach(fresh::put);
      stores.put(name, fresh);
    }
    context.setCurrentSystemTimeMs(worker.loop.millis());
    processor.init(context);
  }

  private void processNext() {
    context.setRecordMetadata("completion-requests", 0, nextOffset);
    byte[] value = requests.get(nextOffset).getBytes(StandardCharsets.UTF_8);
    nextOffset++;
    byte[] key = ordered ? new byte[] {1} : null;
    processor.process(new Record<>(key, value, worker.loop.millis()));
    worker.loop.run();
  }

  private static Map<Bytes, byte[]> stored(KeyValueStore<Bytes, byte[]> store) {
    Map<Bytes, byte[]> all = new LinkedHashMap<>();
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> all.put(entry.key, entry.value));
    }
    return all;
  }

  private void note(Forwarded forwarded) {
    forwarded.rows().forEach(row -> rows.add(row.getRequestId() + " " + row.getCallId()));
    if (forwarded.isOutcome()) {
      outcomes.add(forwarded.text());
    }
  }
}

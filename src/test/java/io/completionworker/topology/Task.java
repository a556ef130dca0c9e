// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.completion.Emission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The real processor and dispatcher over a store in the test's hand: its transaction is committed
 * or aborted, and its process killed, when the test says so.
 */
final class Task {

  final List<String> outcomes = new ArrayList<>();
  final List<String> rows = new ArrayList<>();

  /** Outcomes that were forwarded in a transaction that was aborted. */
  final List<String> lost = new ArrayList<>();

  private final boolean ordered;
  WorkerTopology worker;
  private final List<String> requests = new ArrayList<>();
  private final Map<Bytes, byte[]> committed = new LinkedHashMap<>();
  private int committedOffset;
  private int nextOffset;
  private Processor<byte[], byte[], byte[], Emission> processor;
  private MockProcessorContext<byte[], Emission> context = new MockProcessorContext<>();
  private KeyValueStore<Bytes, byte[]> store;

  Task() {
    this(false);
  }

  /** A task of requests of one key, called one after the other or not. */
  Task(boolean ordered) {
    this.ordered = ordered;
    worker = worker();
    processor = worker.supplier.get();
    store = init();
  }

  private WorkerTopology worker() {
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
    for (Emission emission : forwarded()) {
      emission.rows().forEach(row -> rows.add(row.getRequestId() + " " + row.getCallId()));
      if (emission.ends()) {
        outcomes.add(text(emission));
      }
    }
    context.resetForwards();
    committed.clear();
    committed.putAll(stored());
    committedOffset = nextOffset;
  }

  /** The task is closed and comes back to the same process, as after a transaction that failed. */
  void abort() {
    forwarded().stream().filter(Emission::ends).forEach(emission -> lost.add(text(emission)));
    processor.close();
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
    store = init();
    nextOffset = committedOffset;
    while (nextOffset < requests.size()) {
      processNext();
    }
    worker.loop.run();
  }

  private KeyValueStore<Bytes, byte[]> init() {
    KeyValueStore<Bytes, byte[]> fresh =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore("pending"), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    fresh.init(context.getStateStoreContext(), fresh);
    context.addStateStore(fresh);
    context.setCurrentSystemTimeMs(worker.loop.millis());
    committed.forEach(fresh::put);
    processor.init(context);
    return fresh;
  }

  private void processNext() {
    context.setRecordMetadata("completion-requests", 0, nextOffset);
    byte[] value = requests.get(nextOffset).getBytes(StandardCharsets.UTF_8);
    nextOffset++;
    byte[] key = ordered ? new byte[] {1} : null;
    processor.process(new Record<>(key, value, worker.loop.millis()));
    worker.loop.run();
  }

  private Map<Bytes, byte[]> stored() {
    Map<Bytes, byte[]> all = new LinkedHashMap<>();
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> all.put(entry.key, entry.value));
    }
    return all;
  }

  private List<Emission> forwarded() {
    List<Emission> values = new ArrayList<>();
    context.forwarded().forEach(forward -> values.add(forward.record().value()));
    return values;
  }

  private static String text(Emission outcome) {
    List<Emission.OutputValue> values = new ArrayList<>(outcome.responses());
    values.addAll(outcome.failures());
    byte[] bytes = values.get(0).bytes();
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}

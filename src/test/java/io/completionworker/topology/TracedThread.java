// SPDX-License-Identifier: Apache-2.0
package io.completionworker.topology;

import io.completionworker.fixtures.MemoryStore;
import io.completionworker.model.Setting;
import io.completionworker.model.Step;
import io.completionworker.model.Step.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The tasks of one stream thread, with the real processors and the real dispatcher, over topics,
 * stores and transactions in the test's hand. What they do is told as steps of the model.
 */
final class TracedThread {

  private static final Duration BEAT = Duration.ofMillis(1);

  private final Setting setting;
  private final boolean mistaken;
  private final Consumer<Step> seen;
  private final Map<Integer, Committed> committed = new TreeMap<>();
  private final Map<Integer, Task> tasks = new TreeMap<>();
  private WorkerTopology worker;
  private int calls;
  private boolean dirty;

  /** What is committed of a partition: the offset, and its stores by name. */
  private record Committed(int offset, Map<String, Map<Bytes, byte[]>> stores) {

    static final Committed NOTHING = new Committed(0, Map.of());
  }

  TracedThread(Setting setting, Consumer<Step> seen) {
    this(setting, false, seen);
  }

  /**
   * A thread of this setting.
   *
   * @param mistaken whether it takes for committed what it has only forwarded
   */
  TracedThread(Setting setting, boolean mistaken, Consumer<Step> seen) {
    this.setting = setting;
    this.mistaken = mistaken;
    this.seen = seen;
    this.worker = worker(setting);
    for (int partition : setting.partitions()) {
      if (committed.putIfAbsent(partition, Committed.NOTHING) == null) {
        tasks.put(partition, new Task(partition));
      }
    }
  }

  private static WorkerTopology worker(Setting setting) {
    return setting.variant() == Setting.Variant.SPILL_LATE
        ? WorkerTopology.tireless(BEAT.multipliedBy(4))
        : WorkerTopology.tireless(null);
  }

  /** Everything that can be done now, in an order that does not change. */
  List<Runnable> possible() {
    List<Runnable> possible = new ArrayList<>();
    possible.add(this::run);
    for (int partition : committed.keySet()) {
      Task task = tasks.get(partition);
      if (task == null) {
        possible.add(() -> open(partition));
      } else {
        possible.add(task::punctuate);
        if (task.hasNext()) {
          possible.add(task::read);
        }
      }
    }
    for (String open : worker.client.open()) {
      possible.add(() -> answer(open));
    }
    if (dirty) {
      possible.add(this::commit);
    }
    return possible;
  }

  /** All that may disturb it now. */
  List<Runnable> disturbances() {
    List<Runnable> possible = new ArrayList<>();
    possible.add(this::crash);
    tasks.keySet().forEach(partition -> possible.add(() -> revoke(partition)));
    if (dirty) {
      possible.add(this::abort);
    }
    return possible;
  }

  /** Goes on until every request has its outcome. */
  void finish() {
    forwardAll();
    if (dirty) {
      commit();
    }
  }

  /** Takes every request from its topic, and goes on until every outcome is forwarded. */
  void forwardAll() {
    committed.keySet().stream().filter(p -> !tasks.containsKey(p)).forEach(this::open);
    for (Task task : tasks.values()) {
      while (task.hasNext()) {
        task.read();
      }
    }
    run();
    worker.client.open().forEach(this::answer);
    run();
    tasks.values().forEach(Task::punctuate);
    run();
  }

  /** Lets the dispatcher do all that it has to do. */
  private void run() {
    worker.loop.run();
    List<String> started = worker.client.started();
    for (String id : started.subList(calls, started.size())) {
      see(Kind.CALL, Integer.parseInt(id.substring(1)));
    }
    calls = started.size();
  }

  private void answer(String id) {
    worker.client.answer(id);
    see(Kind.ANSWER, Integer.parseInt(id.substring(1)));
  }

  private void open(int partition) {
    see(Kind.OPEN, partition);
    tasks.put(partition, new Task(partition));
  }

  private void commit() {
    makeDurable();
    see(Kind.COMMIT, 0);
  }

  private void makeDurable() {
    tasks.forEach((partition, task) -> committed.put(partition, task.commit()));
    worker.intake.transaction().committed(worker.loop.nanos());
    dirty = false;
  }

  void abort() {
    tasks.values().forEach(task -> task.processor.close());
    tasks.clear();
    worker.intake.transaction().aborted();
    dirty = false;
    see(Kind.ABORT, 0);
  }

  private void revoke(int partition) {
    makeDurable();
    Objects.requireNonNull(tasks.remove(partition)).processor.close();
    see(Kind.REVOKE, partition);
  }

  private void crash() {
    tasks.clear();
    worker = worker(setting);
    calls = 0;
    dirty = false;
    see(Kind.CRASH, 0);
  }

  private void see(Kind kind, int what) {
    seen.accept(new Step(kind, 0, what));
  }

  private int request(int partition, long offset) {
    return setting.partitions().indexOf(partition) + (int) offset;
  }

  /** One task from its start to its end. */
  private final class Task {

    private final int partition;
    private final MockProcessorContext<byte[], Object> context;
    private final Map<String, KeyValueStore<Bytes, byte[]>> stores = new TreeMap<>();
    private final Processor<byte[], byte[], byte[], Object> processor;
    private int next;
    private int forwarded;

    Task(int partition) {
      this.partition = partition;
      this.context = new MockProcessorContext<>(new Properties(), new TaskId(0, partition), null);
      context.setCurrentSystemTimeMs(worker.loop.millis());
      Committed last = committed.getOrDefault(partition, Committed.NOTHING);
      for (String name : List.of("pending", "marks")) {
        stores.put(name, store(name, last.stores().getOrDefault(name, Map.of())));
      }
      next = last.offset();
      processor = worker.supplier.get();
      processor.init(context);
    }

    private KeyValueStore<Bytes, byte[]> store(String name, Map<Bytes, byte[]> content) {
      KeyValueStore<Bytes, byte[]> store = MemoryStore.in(context, name);
      content.forEach(store::put);
      return store;
    }

    boolean hasNext() {
      return setting.partitions().lastIndexOf(partition) >= request(partition, next);
    }

    void read() {
      int request = request(partition, next);
      context.setRecordMetadata(WorkerTopology.TOPICS.requests(), partition, next++);
      byte[] value = ("r" + request).getBytes(StandardCharsets.UTF_8);
      processor.process(new Record<>(null, value, worker.loop.millis()));
      look(); // it emits before it takes the record
      dirty = true;
      see(Kind.READ, request);
    }

    void punctuate() {
      Set<Bytes> before = content("pending").keySet();
      worker.loop.freeze(BEAT);
      context.setCurrentSystemTimeMs(worker.loop.millis());
      context.scheduledPunctuators().stream()
          .filter(scheduled -> !scheduled.cancelled())
          .forEach(scheduled -> scheduled.getPunctuator().punctuate(worker.loop.millis()));
      look();
      for (Bytes key : content("pending").keySet()) {
        if (!before.contains(key)) {
          dirty = true;
          see(Kind.SPILL, request(partition, ByteBuffer.wrap(key.get()).getLong(Integer.BYTES)));
        }
      }
    }

    private void look() {
      var all = context.forwarded();
      for (; forwarded < all.size(); forwarded++) {
        Forwarded record = new Forwarded(all.get(forwarded));
        if (record.isOutcome()) {
          dirty = true;
          see(Kind.FORWARD, record.request());
          if (mistaken) {
            worker.intake.transaction().committed(worker.loop.nanos());
          }
        }
      }
    }

    Committed commit() {
      Map<String, Map<Bytes, byte[]>> contents = new TreeMap<>();
      stores.keySet().forEach(name -> contents.put(name, content(name)));
      long offset = worker.intake.transaction().committable(partition, next);
      return new Committed((int) offset, contents);
    }

    private Map<Bytes, byte[]> content(String store) {
      Map<Bytes, byte[]> all = new LinkedHashMap<>();
      try (var entries = Objects.requireNonNull(stores.get(store)).all()) {
        entries.forEachRemaining(entry -> all.put(entry.key, entry.value));
      }
      return all;
    }
  }
}

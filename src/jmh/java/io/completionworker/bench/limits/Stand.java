// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.limits;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.avro.CompletionUsage;
import io.completionworker.bench.CommittedRecords;
import io.completionworker.bench.Requests;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.process.WorkerProcess;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.SimulatedEndpoint;
import io.completionworker.demo.endpoint.limit.WindowCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** Everything of one scenario: the surroundings, its workers, and what came out so far. */
final class Stand implements AutoCloseable {

  /** Time for the last answers to be charged; longer than any call takes. */
  private static final long SETTLING_MILLIS = 10_000;

  private static final Map<String, String> QUICK_TAKE_OVER =
      Map.of("kafka.session.timeout.ms", "6000", "kafka.heartbeat.interval.ms", "1000");

  final SimulatedEndpoint endpoint;
  final Tally tally = new Tally();
  private final Path directory = Rig.newDirectory();
  private final Rig rig;
  private final Requests requests;
  private final List<Requests> others = new ArrayList<>();
  private final CommittedRecords outcomes;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private Consumer<ConsumerRecord<byte[], byte[]>> listener = record -> {};

  Stand(Settings settings, Behaviour behaviour, LongFunction<CompletionRequest> kind) {
    this("r-", settings, behaviour, kind);
  }

  private Stand(
      String ids, Settings settings, Behaviour behaviour, LongFunction<CompletionRequest> kind) {
    endpoint = SimulatedEndpoint.start(behaviour);
    rig = new Rig(settings, directory, endpoint.url().toString(), Map.of());
    requests = new Requests(rig, Rig.REQUESTS, ids, settings.partitions(), kind);
    outcomes = read(Rig.RESPONSES, Rig.FAILURES, Rig.DEAD_LETTERS);
    requests.publish(settings.records());
  }

  /** All requests are of one batch. */
  static Stand ofBatch(
      String batch, Settings settings, Behaviour behaviour, LongFunction<CompletionRequest> kind) {
    return new Stand(new BatchRequestId(batch, 1, "").toString(), settings, behaviour, kind);
  }

  /** Logs of the workers are here. */
  Path directory() {
    return directory;
  }

  /** Makes the request topic of another class, and opens it; ids begin with the class. */
  Requests open(String requestClass, int partitions, LongFunction<CompletionRequest> kind) {
    String topic = Rig.REQUESTS + "-" + requestClass;
    rig.broker().createTopic(topic, partitions, Map.of());
    Requests opened = new Requests(rig, topic, requestClass + "-", partitions, kind);
    others.add(opened);
    return opened;
  }

  /** Publishes so many more. */
  void publish(int count) {
    requests.publish(count);
  }

  /** From now on, outcomes are passed on as well. */
  void listen(Consumer<ConsumerRecord<byte[], byte[]>> outcomes) {
    listener = outcomes;
  }

  /** Reads responses. */
  Deserializer<CompletionResponse> responses() {
    return rig.serdes().forValues(CompletionResponse.class).deserializer();
  }

  /** Opens a reader of other topics, from their beginning. */
  CommittedRecords read(String... topics) {
    return new CommittedRecords(rig, List.of(topics));
  }

  /** Reads usage rows. */
  Deserializer<CompletionUsage> usage() {
    return rig.serdes().forValues(CompletionUsage.class).deserializer();
  }

  /** Starts one worker more. */
  void startWorker(Map<String, String> overrides) {
    Map<String, String> settings = new HashMap<>(QUICK_TAKE_OVER);
    settings.putAll(overrides);
    workers.add(rig.startWorker(settings));
  }

  /** Writes controls for its workers. */
  Operator operator() {
    return new Operator(rig);
  }

  /** Requests that its workers have accepted and that have no outcome yet. */
  long pending() {
    return (long)
        workers.stream()
            .mapToDouble(worker -> worker.metric("completion_worker_pending_records", ""))
            .sum();
  }

  /** Kills the worker that was started last, as {@code kill -9} does. */
  void killLast() {
    workers.remove(workers.size() - 1).close();
  }

  /**
   * Waits until the first call comes.
   *
   * @return a moment of the last tenth of a second before it, in milliseconds since the epoch
   */
  long awaitFirstCall() {
    long before = System.currentTimeMillis();
    look();
    while (endpoint.total() == 0) {
      before = System.currentTimeMillis();
      look();
    }
    return before;
  }

  /** Looks what has come out, until then. */
  void watchUntil(long millis) {
    while (System.currentTimeMillis() < millis) {
      look();
    }
  }

  /** Looks what has come out; takes a tenth of a second at most. */
  void look() {
    outcomes.poll(
        record -> {
          tally.add(record);
          listener.accept(record);
        });
    workers.forEach(WorkerProcess::checkAlive);
  }

  /** Sum over the calls so far of one credential, or of all. */
  Calls calls(Predicate<WindowCount> which) {
    return Calls.of(endpoint.windows().stream().filter(which).toList());
  }

  /**
   * Kills the workers, and waits until all calls that came are charged.
   *
   * @return when the last of them was gone, in milliseconds since the epoch
   */
  long cutOff() {
    workers.forEach(WorkerProcess::close);
    workers.clear();
    long now = System.currentTimeMillis();
    watchUntil(now + SETTLING_MILLIS);
    return now;
  }

  @Override
  public void close() {
    workers.forEach(WorkerProcess::close);
    outcomes.close();
    requests.close();
    others.forEach(Requests::close);
    rig.close();
    endpoint.close();
  }
}

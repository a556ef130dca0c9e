// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import java.util.function.Consumer;
import org.apache.kafka.streams.KafkaStreams;

/**
 * Starts Kafka Streams on a thread of its own, since its start returns when all controls are read,
 * and since it does not close before its start has returned. Safe on every thread.
 */
final class StreamsStart {

  private final KafkaStreams streams;
  private final StreamsClients clients;
  private final Consumer<Throwable> failed;
  private final Thread thread;
  private volatile Runnable then = () -> {};
  private volatile boolean cancelled;

  /**
   * @param name name of the thread
   * @param failed receives the reason why Kafka Streams could not start
   */
  StreamsStart(
      String name, KafkaStreams streams, StreamsClients clients, Consumer<Throwable> failed) {
    this.thread = new Thread(this::run, name);
    this.streams = streams;
    this.clients = clients;
    this.failed = failed;
    thread.setDaemon(true);
  }

  /**
   * Begins to start, unless the start was cancelled. {@code then} runs when the controls are read
   * and the stream threads run.
   */
  void begin(Runnable then) {
    this.then = then;
    if (!cancelled) {
      thread.start();
    }
  }

  /** Whether the controls are not read yet. */
  boolean loading() {
    return clients.loads();
  }

  /** Ends the start, so that Kafka Streams can close. Does nothing if it has ended. */
  void cancel() {
    cancelled = true;
    thread.interrupt();
  }

  private void run() {
    try {
      streams.start();
      clients.loaded();
      then.run();
    } catch (RuntimeException e) {
      if (!cancelled) {
        failed.accept(e);
      }
    }
  }
}

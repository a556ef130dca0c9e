// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.compare;

import io.completionworker.bench.Rig;
import io.completionworker.bench.contender.ContenderMain;
import io.completionworker.bench.contender.Setup;
import io.completionworker.bench.process.JavaProcess;
import io.completionworker.bench.process.MeasuredProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A system that is compared. */
enum Contender {
  /** The worker itself, exactly once. */
  WORKER("worker"),
  /** The same, with a committed offset that waits for outcomes. */
  WORKER_ANSWERED("worker-answered"),
  /** A blocking call in a Kafka Streams topology, exactly once. */
  STREAMS("streams"),
  /** Confluent's Parallel Consumer with Vert.x, at least once. */
  PARALLEL_CONSUMER("parallel-consumer"),
  /** A consumer and an event loop, at least once. */
  LOOP("loop");

  private static final Path PARALLEL_CONSUMER_BUILD = Path.of("src/jmh/parallel-consumer/target");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  static Contender of(String label) {
    for (Contender contender : values()) {
      if (contender.label.equals(label)) {
        return contender;
      }
    }
    throw new IllegalArgumentException("bench.systems: there is no " + label);
  }

  String label() {
    return label;
  }

  /** Whether it promises one outcome for each request. */
  boolean exactlyOnce() {
    return this == WORKER || this == WORKER_ANSWERED;
  }

  /** Fails when it is not built. */
  void checkBuilt() {
    if (this == PARALLEL_CONSUMER && !Files.exists(PARALLEL_CONSUMER_BUILD.resolve("class-path"))) {
      throw new IllegalStateException(
          "first: mvn -q -f src/jmh/parallel-consumer/pom.xml (or leave it out of bench.systems)");
    }
  }

  /** Calls that it can have open at once. */
  int inFlight(Trial trial) {
    return this == STREAMS ? Math.min(trial.streamThreads(), trial.partitions()) : trial.inFlight();
  }

  /**
   * Starts it.
   *
   * @param directory for its log and state
   */
  MeasuredProcess start(Rig rig, Path directory, Trial trial) {
    if (this == WORKER) {
      return rig.startWorker(Map.of());
    }
    if (this == WORKER_ANSWERED) {
      return rig.startWorker(Map.of("async.offsets", "answered"));
    }
    Setup setup =
        new Setup(
            rig.broker().bootstrapServers(),
            rig.registryUrl(),
            rig.gatewayUrl() + "/chat/completions",
            trial.inFlight(),
            trial.streamThreads(),
            directory.resolve("state").toString());
    return JavaProcess.start(
        directory.resolve(label + ".log"),
        Rig.jvmOptions(),
        classPath(),
        ContenderMain.class.getName(),
        setup.arguments(label));
  }

  // Its own libraries come first. Of ours, only the classes: all libraries that they need are
  // there.
  private String classPath() {
    if (this != PARALLEL_CONSUMER) {
      return JavaProcess.classPath();
    }
    try {
      String libraries = Files.readString(PARALLEL_CONSUMER_BUILD.resolve("class-path")).strip();
      return String.join(
          File.pathSeparator,
          PARALLEL_CONSUMER_BUILD.resolve("classes").toString(),
          libraries,
          JavaProcess.directories());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

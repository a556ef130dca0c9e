// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.FileLines.FileFaultException;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.submit.Preparation;
import io.completionworker.cli.submit.PublishedLines;
import io.completionworker.cli.submit.Submission;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.Topics;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.serialization.Serde;

/** Checks files and publishes them as batches on the request topic. */
final class SubmitRunner {

  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(20);

  /** Bytes of a message in addition to its record: headers and the framing of a record batch. */
  private static final int FRAME_BYTES = 1_024;

  private static final String STANDARD_INPUT = "-";

  private final WorkerSettings settings;
  private final List<String> requestTopics;
  private final RequestCheck check;
  private final Preparation.Plan plan;
  private final CommandEnvironment surroundings;
  private volatile String reached = "Nothing was published";

  /**
   * Creates a runner, which asks nothing yet.
   *
   * @param requests class that the requests are published in
   */
  SubmitRunner(
      WorkerSettings settings,
      RequestClass requests,
      RequestCheck check,
      Preparation.Plan plan,
      CommandEnvironment surroundings) {
    this.settings = settings.of(requests);
    this.requestTopics = settings.requestTopics();
    this.check = check;
    this.plan = plan;
    this.surroundings = surroundings;
  }

  /** Returns the topic that the requests are published on. */
  String topic() {
    return settings.topics().requests();
  }

  /** Checks the files only. Does not connect to a broker. */
  List<Batch> check(List<String> files) throws IOException {
    List<Batch> batches = new ArrayList<>();
    prepared(files, settings.async().maxRecordBytes(), batches::addAll);
    return batches;
  }

  /** Preparations to make before the first record is published. By default there are none. */
  interface Readiness {

    /** Prepares for these batches, or throws. */
    default void prepare(List<Batch> batches) throws IOException {}

    /** Called before a batch is published of which no record is on the topic yet. */
    default void begin(Batch batch) throws IOException {}

    /** Undoes the preparations, because nothing is published. */
    default void undo() throws IOException {}
  }

  /** Publishes each file as a batch, except for records that are already on the topic. */
  List<Batch.Published> run(List<String> files, Readiness readiness) throws Exception {
    requireFiles(files);
    int largest = largestRecord();
    List<Batch.Published> all = new ArrayList<>();
    try (Interruption interruption = Interruption.prepare(surroundings.err(), () -> reached)) {
      prepared(
          files,
          largest,
          batches -> {
            interruption.begin();
            Submission submission = submission();
            readiness.prepare(batches);
            try (PublishedLines lines = looked(submission, batches, interruption, readiness)) {
              for (Batch batch : batches) {
                if (!interruption.asked()) {
                  if (lines.isUnpublished(batch)) {
                    readiness.begin(batch);
                  }
                  all.add(publish(submission, batch, lines, interruption));
                }
              }
            }
          });
    }
    return all;
  }

  private Submission submission() {
    Serde<CompletionRequest> serde = ValueSerdes.of(settings).forValues(CompletionRequest.class);
    return new Submission(
        settings.kafka(), topic(), requestTopics, serde, settings.async().maxMessageBytes());
  }

  private PublishedLines looked(
      Submission submission, List<Batch> batches, Interruption interruption, Readiness readiness)
      throws IOException {
    boolean ready = false;
    try {
      PublishedLines lines =
          submission.look(batches, plan.since(), this::progress, interruption::asked);
      ready = !interruption.asked();
      return lines;
    } finally {
      if (!ready) {
        readiness.undo();
      }
    }
  }

  private Progress progress(String task, long total) {
    return surroundings.progress(task, total == 0 ? OptionalLong.empty() : OptionalLong.of(total));
  }

  private Batch.Published publish(
      Submission submission, Batch batch, PublishedLines lines, Interruption interruption)
      throws IOException {
    Batch.Published published =
        submission.publish(batch, lines, this::progress, interruption::asked);
    reached =
        "Stopped: "
            + published.requests()
            + " of "
            + batch.inspection().requests()
            + " requests of batch "
            + batch.id()
            + " are on "
            + topic()
            + "; the same command goes on with the rest";
    return published;
  }

  /** An action on the batches, during which their files exist. */
  @FunctionalInterface
  private interface Use {

    void of(List<Batch> batches) throws IOException;
  }

  /** Checks that the files can be opened, before anything else is done. */
  void requireFiles(List<String> files) throws IOException {
    Preparation.requireFiles(files.stream().filter(file -> !file.equals(STANDARD_INPUT)).toList());
  }

  /** Prepares the files. Copies standard input and pipes to files, since inputs are read twice. */
  private void prepared(List<String> files, int largest, Use use) throws IOException {
    List<Path> spools = new ArrayList<>();
    try {
      List<Preparation.Input> inputs = new ArrayList<>();
      for (String file : files) {
        if (file.equals(STANDARD_INPUT)) {
          inputs.add(new Preparation.Input("standard input", spool(surroundings.in(), spools)));
        } else {
          inputs.add(input(file, spools));
        }
      }
      use.of(
          new Preparation(plan, check, largest)
              .batches(inputs, this::progress, surroundings.err()::println));
    } finally {
      for (Path spool : spools) {
        Files.deleteIfExists(spool);
      }
    }
  }

  private static Preparation.Input input(String name, List<Path> spools) throws IOException {
    Path file = Path.of(name);
    if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
      return new Preparation.Input(name, file);
    }
    try (InputStream pipe = Files.newInputStream(file)) {
      return new Preparation.Input(name, spool(pipe, spools));
    }
  }

  /**
   * Copies a stream to a file that only its owner can read, and that is deleted when the process
   * ends, also by a signal.
   */
  private static Path spool(InputStream in, List<Path> spools) throws IOException {
    try {
      Path spool = Files.createTempFile("completion-worker", ".jsonl");
      spool.toFile().deleteOnExit();
      spools.add(spool);
      // Writes to the existing file. A file that replaced it would be readable by everybody.
      try (OutputStream out = Files.newOutputStream(spool)) {
        in.transferTo(out);
      }
      return spool;
    } catch (IOException e) {
      throw FileFaultException.temporary(e);
    }
  }

  /**
   * Returns the size in bytes of the largest record that the worker and the topic accept. Fails if
   * the topic is missing.
   */
  private int largestRecord() throws InterruptedException {
    String name = topic();
    try (BrokerTopics topics = BrokerTopics.connect(settings.kafka(), BROKER_TIMEOUT)) {
      Topics.Existing topic = topics.describe(List.of(name)).get(name);
      if (topic == null) {
        throw new TopicsException(
            "Topic " + name + " is missing; make it with `completion-worker topics`");
      }
      int worker = settings.async().maxRecordBytes();
      return topic.maxMessageBytes().map(max -> Math.min(worker, max - FRAME_BYTES)).orElse(worker);
    }
  }
}

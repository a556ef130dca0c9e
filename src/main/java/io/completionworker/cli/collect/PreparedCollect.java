// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.avro.CompletionFailure;
import io.completionworker.avro.CompletionResponse;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.outcomes.Ledger;
import io.completionworker.cli.outcomes.OutcomeIntake;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.GroupWatch;
import io.completionworker.cli.usage.UsageTotals;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** The topics and files of a collect, already open, so that only later events can make it fail. */
public final class PreparedCollect implements Closeable {

  private final List<String> requestTopics;
  private final List<WorkerSettings> classes;
  private final CollectOptions options;
  private final TopicReader reader;
  private final Map<TopicPartition, Long> opened;
  private final RecordLookup lookup;
  private final BatchFiles files;
  private final OutcomeIntake intake;

  private PreparedCollect(
      WorkerSettings settings,
      List<WorkerSettings> classes,
      CollectOptions options,
      Map<String, Object> consumer,
      TopicReader reader)
      throws IOException {
    this.requestTopics = settings.requestTopics();
    this.classes = classes;
    this.options = options;
    this.reader = reader;
    this.opened = reader.committedEnds();
    this.files = BatchFiles.open(options);
    this.lookup = new RecordLookup(requestTopics, consumer);
    Optional<OutcomeIntake.BatchRecords> filed = Optional.of(new Filed(files));
    this.intake =
        new OutcomeIntake(
            id -> id.equals(options.batch()) ? filed : Optional.empty(),
            options.skipUndecodable(),
            settings,
            ValueSerdes.of(settings),
            lookup);
  }

  /**
   * Opens the topics and files.
   *
   * @param classes settings of each class of requests that the batch may be of
   * @throws RecordsException when the topics cannot be read, or another collect uses the files
   * @throws InputFaultsException when the files cannot be written, or are not of this batch
   */
  public static PreparedCollect open(
      WorkerSettings settings, List<WorkerSettings> classes, CollectOptions options)
      throws IOException {
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    TopicReader reader = TopicReader.open(consumer, OutcomeIntake.topics(settings));
    try {
      return new PreparedCollect(settings, classes, options, consumer, reader);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Checks that these files can be written and do not belong to anything else, as far as that is
   * possible before the batch is known.
   *
   * @throws InputFaultsException when they cannot be used
   */
  public static void requireFiles(Path out, Path errors) {
    OutputFiles.require(out, errors);
  }

  /**
   * Skips the records that existed when the topics were opened, unless an earlier collect has
   * begun. A batch that is published only now has none among them, and other batches may have left
   * outcomes there that can no longer be decoded.
   */
  public void passOlder() throws IOException {
    if (files.state().offsets().isEmpty()) {
      files.checkpoint(opened);
    }
  }

  /**
   * Collects until all outcomes are there, the timeout has passed, or the collect is stopped.
   *
   * @param stopped polled from time to time, true to stop
   * @throws RecordsException when the batch has no request on the topic, or reading cannot continue
   * @throws IOException when a file cannot be written
   */
  public CollectReport collect(Progress progress, BooleanSupplier stopped) throws IOException {
    try (GroupWatch workers = new GroupWatch(classes)) {
      return new Collector(this, workers, progress, stopped).run();
    }
  }

  /** Deletes the files of this collect, unless an earlier one began it. */
  public void undo() throws IOException {
    if (files.isNew()) {
      files.discard();
    }
  }

  List<String> requestTopics() {
    return requestTopics;
  }

  CollectOptions options() {
    return options;
  }

  TopicReader reader() {
    return reader;
  }

  BatchFiles files() {
    return files;
  }

  OutcomeIntake intake() {
    return intake;
  }

  @Override
  public void close() throws IOException {
    try (reader;
        lookup;
        files) {
      // closes each of them, even if closing another one fails
    }
  }

  /** Writes the outcomes of the batch to its files. */
  private record Filed(BatchFiles files) implements OutcomeIntake.BatchRecords {

    @Override
    public Ledger ledger() {
      return files.state().ledger();
    }

    @Override
    public UsageTotals totals() {
      return files.state().totals();
    }

    @Override
    public void answer(BatchRequestId id, CompletionResponse response) throws IOException {
      files.answer(id.line(), Envelope.answer(id, response));
    }

    @Override
    public void failure(BatchRequestId id, CompletionFailure failure) throws IOException {
      files.error(id.line(), failure.getReason().name(), Envelope.failure(id, failure));
    }

    @Override
    public void deadLetter(BatchRequestId id, Optional<String> why, long time) throws IOException {
      files.error(id.line(), OutcomeIntake.DEAD_LETTER, Envelope.deadLetter(id, why));
    }
  }

  /**
   * The options of a collect: what to collect, and where to write it.
   *
   * @param out file of answers
   * @param errors file of errors
   * @param ordered whether to write the answers in the order of their lines
   * @param skipUndecodable whether to skip outcomes that cannot be decoded; otherwise the first one
   *     ends the collect
   * @param since where reading begins when nothing was collected yet
   * @param timeout time after which the collect ends with what is there; empty to wait until all
   *     outcomes are there
   * @param printed where to print the answers instead of writing their file, in which case all
   *     other files are temporary unless a file of errors was asked for; empty to write the file
   */
  public record CollectOptions(
      String batch,
      Path out,
      Path errors,
      boolean ordered,
      boolean skipUndecodable,
      StartAt since,
      Optional<Duration> timeout,
      Optional<Printed> printed) {

    /**
     * Answers on standard output.
     *
     * @param to the destination of the answers
     * @param errors whether a file of errors was asked for
     */
    public record Printed(PrintWriter to, boolean errors) {}

    /** Returns the destination of the answers, in words. */
    String answersName() {
      return printed.isPresent() ? "standard output" : out.toString();
    }

    /** Returns the destination of the errors, in words. */
    String errorsName() {
      return printed.isPresent() && !printed.get().errors()
          ? "no file, since --errors names none"
          : errors.toString();
    }

    /**
     * Returns the file of errors beside a file of answers: {@code a.errors.jsonl} for {@code
     * a.jsonl}.
     */
    public static Path errorsBeside(Path out) {
      String name = String.valueOf(out.getFileName());
      int dot = name.lastIndexOf('.');
      return out.resolveSibling(
          dot > 0 ? name.substring(0, dot) + ".errors" + name.substring(dot) : name + ".errors");
    }
  }
}

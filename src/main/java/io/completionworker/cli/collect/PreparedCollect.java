// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.cli.records.ClientSettings;
import io.completionworker.cli.records.RecordLookup;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.records.TopicReader;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.GroupWatch;
import io.completionworker.config.WorkerSettings;
import io.completionworker.format.ValueSerdes;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/** The topics and files of a collect, open, so that it can only fail by what happens later. */
public final class PreparedCollect implements Closeable {

  private final WorkerSettings settings;
  private final CollectOptions options;
  private final TopicReader reader;
  private final Map<TopicPartition, Long> opened;
  private final RecordLookup lookup;
  private final BatchFiles files;
  private final OutcomeIntake intake;

  private PreparedCollect(
      WorkerSettings settings,
      CollectOptions options,
      Map<String, Object> consumer,
      TopicReader reader)
      throws IOException {
    this.settings = settings;
    this.options = options;
    this.reader = reader;
    this.opened = reader.committedEnds();
    this.files = BatchFiles.open(options);
    this.lookup = new RecordLookup(settings.topics().requests(), consumer);
    this.intake =
        new OutcomeIntake(
            options.batch(),
            options.skipUndecodable(),
            settings.topics(),
            ValueSerdes.of(settings),
            files,
            lookup);
  }

  /**
   * Opens them.
   *
   * @throws RecordsException when the topics cannot be read, or the files belong to something else
   * @throws InputFaultsException when the files cannot be written, or are not of this batch
   */
  public static PreparedCollect open(WorkerSettings settings, CollectOptions options)
      throws IOException {
    Map<String, Object> consumer = ClientSettings.consumer(settings.kafka());
    TopicReader reader = TopicReader.open(consumer, OutcomeIntake.topics(settings.topics()));
    try {
      return new PreparedCollect(settings, options, consumer, reader);
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * Whether these files can be written and are not in use by something else, as far as it shows
   * before it is known whose answers go there.
   *
   * @throws InputFaultsException when not
   */
  public static void requireFiles(Path out, Path errors) {
    OutputPlace.require(out, errors);
  }

  /**
   * Passes over what was there when the topics were opened, unless an earlier collect has begun: of
   * a batch that is published only now, nothing is among it. Others may have left outcomes there
   * that cannot be decoded any more.
   */
  public void passOlder() throws IOException {
    if (files.state().offsets().isEmpty()) {
      files.checkpoint(opened);
    }
  }

  /**
   * Collects until all is there, the time is up, or it is told to stop.
   *
   * @param stopped asked now and then
   * @throws RecordsException when nothing is known of the batch, or it cannot go on
   * @throws IOException when a file cannot be written
   */
  public CollectReport collect(Progress progress, BooleanSupplier stopped) throws IOException {
    try (GroupWatch workers = new GroupWatch(settings)) {
      return new Collector(this, workers, progress, stopped).run();
    }
  }

  /** Leaves nothing of it behind, unless an earlier one began it. */
  public void undo() throws IOException {
    if (files.isNew()) {
      files.discard();
    }
  }

  String requests() {
    return settings.topics().requests();
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
      // each is closed, whatever becomes of the others
    }
  }

  /**
   * What is to be collected, and where to.
   *
   * @param out file of answers
   * @param errors file of errors
   * @param ordered whether answers are to stand in the order of their lines
   * @param skipUndecodable whether outcomes are left out that cannot be decoded; else they are the
   *     end
   * @param since where reading begins when nothing was collected yet
   * @param printed where answers are printed in place of their file, and what else is kept goes
   *     with the process; empty to write the file
   * @param timeout after which what is there must do; empty to wait until all is there
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
     * @param to takes them
     * @param errors whether a file of errors was asked for
     */
    public record Printed(PrintWriter to, boolean errors) {}

    /** Where answers go, in words. */
    String answersName() {
      return printed.isPresent() ? "standard output" : out.toString();
    }

    /** Where errors go, in words. */
    String errorsName() {
      return printed.isPresent() && !printed.get().errors()
          ? "no file, since --errors names none"
          : errors.toString();
    }

    /** The file of errors beside a file of answers: {@code a.jsonl} has {@code a.errors.jsonl}. */
    public static Path errorsBeside(Path out) {
      String name = String.valueOf(out.getFileName());
      int dot = name.lastIndexOf('.');
      return out.resolveSibling(
          dot > 0 ? name.substring(0, dot) + ".errors" + name.substring(dot) : name + ".errors");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.outcomes.BatchReader;
import io.completionworker.cli.outcomes.BatchStatus;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.GroupWatch;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Selector;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows how far a batch is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "Show how far a batch is: its outcomes by kind, cost, rate and time left, and whether it is"
          + " cancelled or paused.",
      "It reads the topics from --from on, so a later start is a faster one. Exit code 1 when there"
          + " is no record of the batch."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker batch status nightly-7",
      "  completion-worker batch status nightly-7 --from 1d --watch"
    })
final class BatchStatusCommand implements Callable<Integer> {

  private static final Duration POLL = Duration.ofMillis(500);

  /** How often the topic of controls is read again. */
  private static final Duration CONTROLS = Duration.ofSeconds(10);

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions common = new CommonOptions();
  @Mixin private final BatchId id = new BatchId();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "earliest",
      description =
          "Where to begin: earliest, a time as 2026-01-31T08:00:00Z, or 2h for two hours ago."
              + " Default: ${DEFAULT-VALUE}.")
  private String from = "earliest";

  @Option(
      names = "--watch",
      description = "Follow the batch until every request has its outcome, or until Ctrl-C.")
  private boolean watch;

  @Mixin private final OutputOption output = new OutputOption();

  BatchStatusCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    String batch = id.checked(common);
    StartAt start = common.start(from);
    WorkerSettings settings = common.settings(surroundings.environment());
    try (BatchReader reader = BatchReader.open(settings, batch::equals)) {
      read(reader, start, surroundings);
      List<ControlTopic.Entry> controls = reader.controls();
      Optional<BatchStatus> status = reader.status(batch, controls);
      if (status.isEmpty()) {
        surroundings
            .err()
            .println("No record of batch " + batch + " is on the topics since " + from);
        return ExitCode.FAILED;
      }
      if (watch && !status.get().complete()) {
        follow(settings, reader, status.get());
      } else {
        print(status.get());
      }
      reader.skipped().ifPresent(text -> surroundings.err().println("batch status: " + text));
    }
    return ExitCode.DONE;
  }

  private void print(BatchStatus status) {
    output.print(
        surroundings.out(),
        () -> status.lines(surroundings.width().getAsInt()),
        () -> List.of(status.json()));
  }

  /** Shows the progress until the batch is complete or the command is stopped, and then the end. */
  private void follow(WorkerSettings settings, BatchReader reader, BatchStatus begun) {
    String last = "batch status: stopped; the batch goes on";
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> last)) {
      BatchStatus status = begun;
      try (GroupWatch workers = new GroupWatch(settings.ofEachClass());
          Progress progress = surroundings.progress("batch", OptionalLong.empty())) {
        List<ControlTopic.Entry> controls = reader.controls();
        long looked = System.nanoTime();
        while (!status.complete() && !stop.asked()) {
          status.size().ifPresent(progress::total);
          progress.at(status.settled());
          String word = status.controls().word();
          progress.note(word.isEmpty() ? workers.notReadyReason(status.settled()) : word);
          reader.follow(POLL, progress::say);
          if (System.nanoTime() - looked > CONTROLS.toNanos()) {
            controls = reader.controls();
            looked = System.nanoTime();
          }
          status = reader.status(status.batch(), controls).orElseThrow();
        }
        progress.at(status.settled());
      }
      print(status);
    }
  }

  private static void read(BatchReader reader, StartAt start, CommandEnvironment surroundings) {
    try (Progress progress = surroundings.progress("read", OptionalLong.empty())) {
      reader.readThrough(start, progress::at);
    }
  }

  /** The argument that names a batch. */
  static final class BatchId {

    @Parameters(paramLabel = "ID", description = "Id of the batch, as submit and batch print it.")
    private String batch = "";

    /** Returns the id. Reports one that is not valid through {@code options}. */
    String checked(CommonOptions options) {
      if (!BatchRequestId.isBatchId(batch)) {
        throw options.wrong("ID must be 1 to 64 letters, digits, '.', '-', '_'");
      }
      return batch;
    }
  }

  /** Lists batches. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "List the batches that have records on the topics since --from, with their counts.",
        "Counts of a batch that began before --from lack its older records."
      },
      footerHeading = "%nExamples:%n",
      footer = "  completion-worker batch list --from 7d")
  static final class ListBatches implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
        names = "--from",
        paramLabel = "WHEN",
        defaultValue = "1d",
        description =
            "Where to begin: earliest, a time as 2026-01-31T08:00:00Z, or 2h for two hours ago."
                + " Default: ${DEFAULT-VALUE}.")
    private String from = "1d";

    @Mixin private final OutputOption output = new OutputOption();

    ListBatches(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      StartAt start = common.start(from);
      WorkerSettings settings = common.settings(surroundings.environment());
      try (BatchReader reader = BatchReader.open(settings, id -> true)) {
        read(reader, start, surroundings);
        List<BatchStatus> all = reader.all();
        output.print(
            surroundings.out(),
            () -> BatchStatus.table(all, surroundings.width().getAsInt()),
            () -> all.stream().map(BatchStatus::json).toList());
        reader.skipped().ifPresent(text -> surroundings.err().println("batch list: " + text));
      }
      return ExitCode.DONE;
    }
  }

  /** Cancels a batch. */
  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = {
        "End the requests of a batch that have no answer yet: the same as `control cancel --batch"
            + " ID`.",
        "A submit of the batch that still runs has to be stopped by itself: what it publishes later"
            + " is called."
      },
      footerHeading = "%nExamples:%n",
      footer = "  completion-worker batch cancel nightly-7 --reason 'wrong file'")
  static final class Cancel implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final BatchId id = new BatchId();
    @Mixin private final NewControlOptions making = new NewControlOptions();

    Cancel(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      Selector selector = new Selector(null, id.checked(common), null, null, null, null, Map.of());
      Instant now = NewControlOptions.now();
      CompletionControl record =
          making.begin(ControlKind.CANCEL, selector, now).setPublishedBefore(now).build();
      making.write(record, selector, common, surroundings);
      return ExitCode.DONE;
    }
  }
}

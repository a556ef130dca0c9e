// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.collect.PreparedCollect;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.estimate.CostEstimate;
import io.completionworker.cli.submit.Preparation;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerSettings;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Submits a file and collects its answers. */
@Command(
    name = "batch",
    mixinStandardHelpOptions = true,
    description = {
      "Publish the requests of a file, wait for their outcomes and write them to files: submit and"
          + " collect in one. A worker has to run.",
      "When it was stopped, by Ctrl-C or otherwise, the same command goes on where it was.",
      "FILE and --out are required, unless a COMMAND about batches or --dry-run is given. A file"
          + " with the name of one is ./status."
    },
    synopsisSubcommandLabel = "[COMMAND]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker batch requests.jsonl --out answers.jsonl",
      "  completion-worker batch requests.jsonl --out answers.jsonl --ordered --timeout 3600",
      "  completion-worker batch requests.jsonl --dry-run --learn-from 7d",
      "  completion-worker batch status nightly-7 --watch",
      "  completion-worker batch cancel nightly-7 --reason 'wrong file'"
    })
final class BatchCommand implements Callable<Integer> {

  private static final String OUT = "--out";

  private final RequestCheck.Source checks;
  private final CommandEnvironment surroundings;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Mixin private final SubmitOptions options = new SubmitOptions();

  @Mixin private final EstimateOptions estimates = new EstimateOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "JSON lines, also packed by gzip; - is standard input.")
  private @Nullable String file;

  @Mixin private final OutcomeFiles files = new OutcomeFiles();

  @Option(
      names = "--ordered",
      description = "Write answers in the order of the input, when all are there.")
  private boolean ordered;

  @Option(
      names = "--budget",
      paramLabel = "AMOUNT",
      description =
          "Hold the requests of the batch when they have cost this much, in the currency of the"
              + " price file; docs: budgets. `control budget ID --batch ID` raises it.")
  private @Nullable String budget;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Wait no longer than this for outcomes; then exit code 1. Default: for all.")
  private @Nullable Long timeoutSeconds;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How the closing table is printed: text or json. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.TEXT;

  BatchCommand(RequestCheck.Source checks, CommandEnvironment surroundings) {
    this.checks = checks;
    this.surroundings = surroundings;
  }

  /** Creates the command with its subcommands. */
  static CommandLine with(RequestCheck.Source checks, CommandEnvironment surroundings) {
    CommandLine command =
        new CommandLine(new BatchCommand(checks, surroundings))
            .addSubcommand(new BatchStatusCommand(surroundings))
            .addSubcommand(new BatchStatusCommand.ListBatches(surroundings))
            .addSubcommand(new BatchStatusCommand.Cancel(surroundings));
    CommandSpec spec = command.getCommandSpec();
    OptionSpec required = spec.findOption(OUT);
    // picocli would require it of the subcommands, too
    spec.remove(required);
    spec.addOption(OptionSpec.builder(required).required(false).build());
    return command;
  }

  /** Returns the file, or reports what is missing in the words of picocli. */
  private String requiredFile() {
    boolean out = spec != null && spec.commandLine().getParseResult().hasMatchedOption(OUT);
    String given = file;
    if (given == null) {
      throw common.wrong(
          out || estimates.dryRun()
              ? "Missing required parameter: 'FILE'"
              : "Missing required options and parameters: '--out=FILE', 'FILE'");
    }
    if (!out && !estimates.dryRun()) {
      throw common.wrong("Missing required option: '--out=FILE'");
    }
    return given;
  }

  @Override
  public Integer call() throws Exception {
    String input = requiredFile();
    Optional<Duration> timeout =
        Optional.ofNullable(timeoutSeconds)
            .map(seconds -> common.timeout(seconds, CommonOptions.MOST_FOR_OUTCOMES));
    files.check(common);
    Preparation.Plan plan = options.plan();
    WorkerSettings settings = common.settings(surroundings.environment());
    Optional<BatchBudget> money = BatchBudget.of(budget, settings, common);
    RequestCheck check = checks.of(settings);
    RequestClass requests = options.requestClass(settings, common);
    Optional<CostEstimate> estimate = estimates.wanted(settings, common, surroundings);
    RequestCheck counting = estimate.map(costs -> costs.of(check)).orElse(check);
    SubmitRunner submitting = new SubmitRunner(settings, requests, counting, plan, surroundings);
    submitting.requireFiles(List.of(input));
    if (estimates.dryRun() && estimate.isPresent()) {
      SubmitLines lines = new SubmitLines(surroundings.out(), output, submitting.topic());
      submitting.check(List.of(input)).forEach(lines::checked);
      lines.estimated(estimate.get().report(), surroundings.width());
      return ExitCode.DONE;
    }
    try (files;
        Opened opened =
            new Opened(
                settings,
                requests,
                batch -> {
                  money.ifPresent(set -> surroundings.err().println(set.write(batch.id())));
                  return files.options(
                      batch.id(), ordered, plan.since(), timeout, surroundings.out());
                })) {
      return publish(input, submitting, opened, estimate);
    }
  }

  private int publish(
      String input, SubmitRunner submitting, Opened opened, Optional<CostEstimate> estimate)
      throws Exception {
    PreparedCollect.requireFiles(files.answers(), files.errorsFile());
    List<Batch.Published> all = submitting.run(List.of(input), opened);
    if (all.isEmpty() || !all.get(0).complete()) {
      return ExitCode.FAILED; // the command was stopped, and the last line on stderr says so
    }
    new SubmitLines(surroundings.err(), Output.TEXT, submitting.topic()).published(all.get(0));
    return files.collect(
        opened.prepared(), estimate.map(CostEstimate::report), surroundings, output);
  }

  /** The files and topics of the collect. They are opened before the batch is published. */
  private static final class Opened implements SubmitRunner.Readiness, Closeable {

    private final WorkerSettings settings;
    private final RequestClass requests;
    private final Wanted wanted;
    private @Nullable PreparedCollect prepared;

    /**
     * Creates the options of the collect for a batch. The id of a batch is known only after its
     * file was read.
     */
    private interface Wanted {
      CollectOptions of(Batch batch) throws IOException;
    }

    Opened(WorkerSettings settings, RequestClass requests, Wanted wanted) {
      this.settings = settings;
      this.requests = requests;
      this.wanted = wanted;
    }

    @Override
    public void prepare(List<Batch> batches) throws IOException {
      List<WorkerSettings> its = List.of(settings.of(requests));
      prepared = PreparedCollect.open(settings, its, wanted.of(batches.get(0)));
    }

    @Override
    public void begin(Batch batch) throws IOException {
      prepared().passOlder();
    }

    @Override
    public void undo() throws IOException {
      prepared().undo();
    }

    PreparedCollect prepared() {
      return Objects.requireNonNull(prepared, "nothing was published");
    }

    @Override
    public void close() throws IOException {
      if (prepared != null) {
        prepared.close();
      }
    }
  }
}

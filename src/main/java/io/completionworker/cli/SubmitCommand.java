// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.estimate.CostEstimate;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes the requests of files. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = {
      "Publish the requests of files, a batch for each file, and none of them twice.",
      "Every line is checked first, by the rules of a worker. When it was stopped, by Ctrl-C or"
          + " otherwise, the same command goes on where it was."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker submit requests.jsonl",
      "  completion-worker submit --dry-run --max-errors 100 requests.jsonl",
      "  completion-worker submit --dry-run --learn-from 7d requests.jsonl",
      "  completion-worker submit --batch nightly-7 --on-invalid skip requests.jsonl.gz",
      "  generate | completion-worker submit --key-field body.user --output json -"
    })
final class SubmitCommand implements Callable<Integer> {

  private final RequestCheck.Source checks;
  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Mixin private final SubmitOptions options = new SubmitOptions();

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "JSON lines, also packed by gzip; - is standard input.")
  private List<String> files = new ArrayList<>();

  @Mixin private final EstimateOptions estimates = new EstimateOptions();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How results are printed, one a line: text or json. Default: ${DEFAULT-VALUE}.")
  private Output output = Output.TEXT;

  SubmitCommand(RequestCheck.Source checks, CommandEnvironment surroundings) {
    this.checks = checks;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    checkFiles();
    estimates.check(common);
    WorkerSettings settings = common.settings(surroundings.environment());
    RequestCheck check = checks.of(settings);
    RequestClass requests = options.requestClass(settings, common);
    if (estimates.dryRun()) {
      CostEstimate estimate = estimates.estimate(settings, common, surroundings);
      SubmitRunner checking =
          new SubmitRunner(settings, requests, estimate.of(check), options.plan(), surroundings);
      SubmitLines lines = new SubmitLines(surroundings.out(), output, checking.topic());
      checking.check(files).forEach(lines::checked);
      lines.estimated(estimate.report(), surroundings.width());
      return ExitCode.DONE;
    }
    SubmitRunner submitting =
        new SubmitRunner(settings, requests, check, options.plan(), surroundings);
    SubmitLines lines = new SubmitLines(surroundings.out(), output, submitting.topic());
    boolean complete = true;
    for (Batch.Published published : submitting.run(files, new SubmitRunner.Readiness() {})) {
      lines.published(published);
      complete &= published.complete();
    }
    return complete ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void checkFiles() {
    if (options.hasBatch() && files.size() > 1) {
      throw common.wrong("--batch names one batch, and every file is one");
    }
    if (files.stream().filter("-"::equals).count() > 1) {
      throw common.wrong("standard input can be read once only");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.collect.PreparedCollect;
import io.completionworker.cli.collect.PreparedCollect.CollectOptions;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.completion.BatchRequestId;
import io.completionworker.config.WorkerSettings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes the outcomes of a batch to files. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    description = {
      "Write the answers of a batch to a file, and its errors to another.",
      "Follows the topics until every request has its outcome. When it was stopped, by Ctrl-C or"
          + " otherwise, the same command goes on where it was; FILE.collect has its state."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker collect --batch nightly-7 --out answers.jsonl",
      "  completion-worker collect --batch nightly-7 --out answers.jsonl --ordered --timeout 3600",
      "  completion-worker collect --batch nightly-7 --out - | jq .response.body"
    })
final class CollectCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(names = "--batch", required = true, paramLabel = "ID", description = "Id of the batch.")
  private String batch = "";

  @Mixin private final OutcomeFiles files = new OutcomeFiles();

  @Option(
      names = "--ordered",
      description = "Write answers in the order of the input, when all are there.")
  private boolean ordered;

  @Option(
      names = {"--from", "--since"},
      paramLabel = "TIME",
      defaultValue = "earliest",
      description =
          "Start reading at records of this time: 2026-01-31T08:00:00Z, or 2h for two hours ago."
              + " Default: ${DEFAULT-VALUE}.")
  private String since = "earliest";

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "Stop after this long, with exit code 1 if outcomes are missing.")
  private @Nullable Long timeoutSeconds;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "How the closing table is printed: text or json.")
  private Output output = Output.TEXT;

  CollectCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    try (files) {
      CollectOptions wanted = checked();
      WorkerSettings settings = options.settings(surroundings.environment());
      try (PreparedCollect prepared =
          PreparedCollect.open(settings, settings.ofEachClass(), wanted)) {
        return files.collect(prepared, Optional.empty(), surroundings, output);
      }
    }
  }

  private CollectOptions checked() throws IOException {
    if (!BatchRequestId.isBatchId(batch)) {
      throw options.wrong("--batch must be 1 to 64 letters, digits, '.', '-', '_'");
    }
    files.check(options);
    Optional<Duration> timeout =
        Optional.ofNullable(timeoutSeconds)
            .map(seconds -> options.timeout(seconds, CommonOptions.MOST_FOR_OUTCOMES));
    try {
      Instant now = Instant.now();
      StartAt from = StartAt.parse(since, now).inThePast(since, now);
      return files.options(batch, ordered, from, timeout, surroundings.out());
    } catch (IllegalArgumentException e) {
      throw options.wrong("--from: " + e.getMessage());
    }
  }
}

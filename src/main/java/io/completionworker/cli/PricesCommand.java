// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.estimate.PricedModels;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.config.UsageCostConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.pricing.PriceFile;
import io.completionworker.pricing.PriceList;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says which models of the usage topic have no price in the price file. */
@Command(
    name = "prices",
    mixinStandardHelpOptions = true,
    description = {
      "Compare the price file with the usage topic: which models that were called have no price?",
      "Checks the file as a worker does, so run it before a worker is started with a new one. Exit"
          + " code 1 if a model has none."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker prices",
      "  USAGE_PRICES_FILE=new-prices.json completion-worker prices --from 30d"
    })
final class PricesCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "7d",
      description =
          "Calls that ended then or later: 7d, 2026-01-31T08:00:00Z, or earliest. Default:"
              + " ${DEFAULT-VALUE}.")
  private String from = "7d";

  @Mixin private final OutputOption output = new OutputOption();

  PricesCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Instant now = Instant.now();
    StartAt start = options.read("--from", () -> StartAt.parse(from, now));
    WorkerSettings settings = options.settings(surroundings.environment());
    Path file = settings.usageCost().prices();
    if (file == null) {
      throw options.wrong("There is no price file: set " + UsageCostConfig.PRICES_FILE_CONFIG);
    }
    PricedModels models = read(settings, PriceFile.read(file), start, now);
    output.print(
        surroundings.out(), () -> models.lines(surroundings.width().getAsInt()), models::json);
    models.notices().forEach(notice -> surroundings.err().println("prices: " + notice));
    return models.complete() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private PricedModels read(WorkerSettings settings, PriceList prices, StartAt start, Instant now) {
    try (Progress progress = surroundings.progress("usage", OptionalLong.empty())) {
      return PricedModels.read(settings, prices, start, now, progress::at);
    }
  }
}

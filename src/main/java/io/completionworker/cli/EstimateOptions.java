// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.estimate.AnswerLengths;
import io.completionworker.cli.estimate.CostEstimate;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.WorkerSettings;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of commands that say what requests will cost, before they publish them. */
final class EstimateOptions {

  @Option(
      names = "--dry-run",
      description =
          "Check the files and estimate tokens, cost and the least time that the configured limits"
              + " allow; publish nothing. Asks no broker, unless --learn-from is given.")
  private boolean dryRun;

  @Option(
      names = "--learn-from",
      paramLabel = "WHEN",
      description = {
        "Expect answers as long as those that the usage topic has since then, for each model: 7d,"
            + " 2026-01-31T08:00:00Z, or earliest.",
        "Default: the expected cost is not known, only the least and the most."
      })
  private @Nullable String learnFrom;

  /** Whether nothing is to be published. */
  boolean dryRun() {
    return dryRun;
  }

  /** Reports that an option has no effect without the other one. */
  void check(CommonOptions common) {
    if (learnFrom != null && !dryRun) {
      throw common.wrong("--learn-from needs --dry-run");
    }
  }

  /**
   * Creates an estimate if it is worth its time: it was asked for, or there are prices for it. A
   * price file that cannot be used here is no fault unless an estimate was asked for: the worker
   * may have it elsewhere.
   */
  Optional<CostEstimate> wanted(
      WorkerSettings settings, CommonOptions common, CommandEnvironment surroundings) {
    if (dryRun || learnFrom != null) {
      return Optional.of(estimate(settings, common, surroundings));
    }
    if (settings.usageCost().prices() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(estimate(settings, common, surroundings));
    } catch (ConfigFaultsException e) {
      surroundings.err().println("batch: there is no estimate: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Creates an estimate without requests. Reads the usage topic if that was asked for. */
  CostEstimate estimate(
      WorkerSettings settings, CommonOptions common, CommandEnvironment surroundings) {
    Instant now = Instant.now();
    return CostEstimate.of(settings, lengths(settings, common, surroundings, now), now);
  }

  private AnswerLengths lengths(
      WorkerSettings settings, CommonOptions common, CommandEnvironment surroundings, Instant now) {
    String when = learnFrom;
    if (when == null) {
      return AnswerLengths.NONE;
    }
    StartAt from = common.read("--learn-from", () -> StartAt.parse(when, now));
    if (from.kind() == StartAt.Kind.LATEST) {
      throw common.wrong("--learn-from must be a time in the past, or earliest");
    }
    try (Progress progress = surroundings.progress("usage", OptionalLong.empty())) {
      return AnswerLengths.read(settings, from, now, progress::at);
    }
  }
}

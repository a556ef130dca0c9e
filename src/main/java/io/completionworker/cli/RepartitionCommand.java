// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.Repartition;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds partitions while no instance runs. */
@Command(
    name = "repartition",
    mixinStandardHelpOptions = true,
    description = {
      "Add partitions to the request topic, and as many to changelogs and output topics.",
      "All instances have to be stopped. Pending requests are kept and go on at the next start; no"
          + " call is paid twice for it. Can be run again when it was interrupted."
    })
final class RepartitionCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final PrintWriter out;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of all these topics. Default: as many as the request topic has, after"
              + " partitions were added to it.")
  private @Nullable Integer partitions;

  @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
  private boolean dryRun;

  @Mixin private final TimeoutOption timeout = new TimeoutOption();

  RepartitionCommand(Map<String, String> environment, PrintWriter out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (partitions != null && partitions < 1) {
      throw options.wrong("--partitions must be at least 1");
    }
    Duration longest = timeout.checked(options);
    WorkerSettings settings = options.settings(environment);
    try (BrokerTopics brokers = BrokerTopics.connect(settings.kafka(), longest)) {
      OptionalInt wanted = partitions == null ? OptionalInt.empty() : OptionalInt.of(partitions);
      new Repartition(settings, brokers, wanted, dryRun).apply(out::println);
      return ExitCode.DONE;
    }
  }
}

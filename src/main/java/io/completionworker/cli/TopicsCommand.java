package io.completionworker.cli;

import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the topics that are missing and checks those that exist. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = {
      "Make the topics that are missing and check those that exist, one line each.",
      "What exists is never changed."
    })
final class TopicsCommand implements Callable<Integer> {

  private final Map<String, String> environment;
  private final PrintWriter out;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Partitions of the topics that are made. Default: 6, or those of the request topic when"
              + " it exists.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Replicas of each partition; -1 (default) is the broker's default.")
  private short replicationFactor;

  @Option(names = "--dry-run", description = "Say what would be made, and make nothing.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Longest wait for the brokers. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  TopicsCommand(Map<String, String> environment, PrintWriter out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    WorkerSettings settings = options.settings(environment);
    Duration timeout = Duration.ofSeconds(timeoutSeconds);
    try (BrokerTopics broker = BrokerTopics.connect(settings.kafka(), timeout)) {
      TopicSetup setup =
          new TopicSetup(settings, Optional.ofNullable(partitions), replicationFactor, dryRun);
      List<String> problems = setup.apply(broker, out::println);
      if (!problems.isEmpty()) {
        throw new TopicsException(String.join("; ", problems));
      }
      return ExitCode.DONE;
    }
  }

  private void checkOptions() {
    if (partitions != null && partitions < 1) {
      throw options.wrong("--partitions must be at least 1");
    }
    if (replicationFactor < 1 && replicationFactor != -1) {
      throw options.wrong(
          "--replication-factor must be at least 1, or -1 for the broker's default");
    }
    if (timeoutSeconds < 1) {
      throw options.wrong("--timeout must be at least 1");
    }
  }
}

package io.completionworker.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.TopicsException;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

  @Spec private @Nullable CommandSpec spec;

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
    WorkerSettings settings = WorkerConfig.load(options.config(), environment);
    if (!options.debug()) {
      silenceKafka();
    }
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
      throw wrong("--partitions must be at least 1");
    }
    if (replicationFactor < 1 && replicationFactor != -1) {
      throw wrong("--replication-factor must be at least 1, or -1 for the broker's default");
    }
    if (timeoutSeconds < 1) {
      throw wrong("--timeout must be at least 1");
    }
  }

  private ParameterException wrong(String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  /** Kafka's client says the same again and again while it looks for a broker. */
  static void silenceKafka() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("org.apache.kafka").setLevel(Level.OFF);
    }
  }
}

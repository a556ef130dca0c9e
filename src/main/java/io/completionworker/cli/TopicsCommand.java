// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.records.StartAt.TimeSpan;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.Repartition;
import io.completionworker.cli.topics.Topics.TopicsException;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Creates missing topics and checks those that exist. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = {
      "Make the topics that are missing and check those that exist, one line each.",
      "Existing topics are changed with --alter only; partitions of the request topic are added by"
          + " `topics repartition`."
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
              + " it exists. The topic of controls has one.")
  private @Nullable Integer partitions;

  @Option(
      names = "--replication-factor",
      paramLabel = "N",
      description =
          "Replicas of each partition; -1 is the broker's default. Default:"
              + " kafka.replication.factor, else the broker's default.")
  private @Nullable Short replicationFactor;

  @Option(
      names = "--retention",
      paramLabel = "TIME",
      description =
          "How long records are kept, such as 7d or 36h, of topics that are made, and with --alter"
              + " of those that exist. Default: the broker's default, or as it is. Controls are kept"
              + " for good.")
  private @Nullable String retention;

  @Option(
      names = "--alter",
      description =
          "Repair topics that exist, the changelogs among them: raise max.message.bytes,"
              + " replication factor, and partitions of outputs up to those of the request topic;"
              + " set cleanup.policy to delete where records would be lost by compaction, and to"
              + " compact for controls and for what budgets have spent; set --retention where it is"
              + " given. Nothing else is lowered.")
  private boolean alter;

  @Option(names = "--dry-run", description = "Print what would be done, and do nothing.")
  private boolean dryRun;

  @Mixin private final TimeoutOption timeout = new TimeoutOption();

  TopicsCommand(Map<String, String> environment, PrintWriter out) {
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkOptions();
    Duration longest = timeout.checked(options);
    WorkerSettings settings = options.settings(environment);
    try (BrokerTopics broker = BrokerTopics.connect(settings.kafka(), longest)) {
      TopicSetup setup =
          new TopicSetup(
              settings,
              new TopicSetup.Plan(
                  Optional.ofNullable(partitions), replicas(settings), keep(), alter, dryRun));
      List<String> problems = setup.apply(broker, out::println);
      if (!problems.isEmpty()) {
        throw new TopicsException(String.join("; ", problems));
      }
      return ExitCode.DONE;
    }
  }

  /** Returns the option, or else the setting that Kafka Streams uses for its changelogs. */
  private short replicas(WorkerSettings settings) {
    if (replicationFactor != null) {
      return replicationFactor;
    }
    String set = settings.kafka().get("replication.factor");
    try {
      return set == null ? -1 : Short.parseShort(set.strip());
    } catch (NumberFormatException e) {
      throw options.wrong("kafka.replication.factor: '" + set + "' is not a whole number");
    }
  }

  private Optional<Duration> keep() {
    if (retention == null) {
      return Optional.empty();
    }
    Optional<Duration> time = TimeSpan.parse(retention);
    if (time.isEmpty() || time.get().isZero()) {
      throw options.wrong("--retention: '" + retention + "' is no time; write 90m, 36h or 7d");
    }
    return time;
  }

  private void checkOptions() {
    if (partitions != null && partitions < 1) {
      throw options.wrong("--partitions must be at least 1");
    }
    if (replicationFactor != null && replicationFactor < 1 && replicationFactor != -1) {
      throw options.wrong(
          "--replication-factor must be at least 1, or -1 for the broker's default");
    }
  }

  /** The option for how long a command that sets up topics waits for the brokers. */
  static final class TimeoutOption {

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "10",
        description = "Longest wait for the brokers. Default: ${DEFAULT-VALUE}.")
    private long seconds;

    /** Returns the timeout. Reports a value that is out of range through {@code options}. */
    Duration checked(CommonOptions options) {
      return options.timeout(seconds, CommonOptions.MOST_FOR_AN_ANSWER);
    }
  }

  /** Adds partitions while no instance is running. */
  @Command(
      name = "repartition",
      mixinStandardHelpOptions = true,
      description = {
        "Add partitions to the request topic, and as many to changelogs and output topics; to the"
            + " request topics of all classes, if there are any.",
        "All instances have to be stopped. Pending requests are kept and go on at the next start;"
            + " no call is paid twice for it. Can be run again when it was interrupted."
      })
  static final class RepartitionCommand implements Callable<Integer> {

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

    @Option(
        names = "--class",
        paramLabel = "NAME",
        description = "Only those of this class of requests. Default: those of every class.")
    private @Nullable String className;

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
        List<Repartition> all =
            classes(settings).stream()
                .map(each -> new Repartition(each, brokers, wanted, dryRun))
                .toList();
        for (Repartition one : all) {
          one.check(); // of all classes, before anything is changed
        }
        for (Repartition one : all) {
          one.apply(out::println);
        }
        return ExitCode.DONE;
      }
    }

    private List<WorkerSettings> classes(WorkerSettings settings) {
      return options
          .requestClass(settings, className)
          .map(one -> List.of(settings.of(one)))
          .orElseGet(settings::ofEachClass);
    }
  }
}

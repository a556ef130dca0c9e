// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.StartPosition;
import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.cli.topics.Topics;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import io.completionworker.pricing.PriceFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the worker. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Run the worker until it is stopped by SIGTERM or Ctrl-C.",
      "A group without committed offsets starts on an empty request topic, or where --from says."
    })
final class RunCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  /** Longer than a broker takes to start if it is started together with the worker. */
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(60);

  private final Cli.Runner runner;
  private final Preflight preflight;
  private final Map<String, String> environment;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--from",
      paramLabel = "START",
      description =
          "Where a group without committed offsets begins: earliest, latest, a time such as"
              + " 2026-01-31T08:00:00Z, or how long ago, such as 2h. Requests from there on are"
              + " called and billed. Wins over start.from; no effect on a group that has offsets.")
  private @Nullable String from;

  /** Checks the environment before the worker starts. */
  @FunctionalInterface
  interface Preflight {

    /**
     * Checks the environment.
     *
     * @throws Exception if the worker cannot start; the message says what is wrong and what to
     *     change
     */
    void verify(WorkerSettings settings) throws Exception;
  }

  RunCommand(Cli.Runner runner, Preflight preflight, Map<String, String> environment) {
    this.runner = runner;
    this.preflight = preflight;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    Map<String, String> given = withStart();
    WorkerSettings settings = WorkerConfig.load(options.config(), given);
    if (log.isInfoEnabled()) {
      log.info("Settings in effect:{}", effective(given));
    }
    verifyPrices(settings);
    preflight.verify(settings);
    return runner.run(settings);
  }

  /**
   * Reads the price file, if one is set: its faults are faults of the settings, and are named
   * before the brokers have to answer.
   */
  static void verifyPrices(WorkerSettings settings) {
    Path prices = settings.usageCost().prices();
    if (prices != null) {
      PriceFile.read(prices);
    }
  }

  /**
   * Checks the topics on the brokers, and determines where a group without committed offsets
   * begins, for each class of requests.
   */
  static void verifyTopics(WorkerSettings settings) throws InterruptedException {
    try (BrokerTopics topics = BrokerTopics.connect(settings.kafka(), BROKER_TIMEOUT)) {
      Map<String, Topics.Existing> existing = TopicCheck.verify(settings, topics, log::warn);
      for (WorkerSettings each : settings.ofEachClass()) {
        int partitions =
            Objects.requireNonNull(existing.get(each.topics().requests())).partitions();
        new StartPosition(each, topics, partitions).settle(log::info, log::warn);
      }
    }
  }

  /**
   * Returns the environment with {@code --from} as a variable, so that the option overrides both
   * the environment and the file.
   */
  private Map<String, String> withStart() {
    if (from == null) {
      return environment;
    }
    Map<String, String> all = new HashMap<>(environment);
    all.put("START_FROM", start(from));
    return all;
  }

  private String start(String text) {
    try {
      StartAt at = StartAt.parse(text, Instant.now());
      return at.time() == null ? text : at.time().toString();
    } catch (IllegalArgumentException e) {
      throw options.wrong("--from: " + e.getMessage() + "; or earliest, latest");
    }
  }

  private String effective(Map<String, String> given) {
    return WorkerConfig.effective(options.config(), given).entrySet().stream()
        .map(
            setting ->
                System.lineSeparator() + "  " + setting.getKey() + " = " + setting.getValue())
        .collect(Collectors.joining());
  }
}

package io.completionworker.cli;

import io.completionworker.cli.topics.BrokerTopics;
import io.completionworker.cli.topics.TopicCheck;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the worker. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run the worker until it is told to stop.")
final class RunCommand implements Callable<Integer> {

  private static final Logger log = LoggerFactory.getLogger(RunCommand.class);

  /** Longer than a broker takes to start beside the worker. */
  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(60);

  private final Runner runner;
  private final Preflight preflight;
  private final Map<String, String> environment;

  @Mixin private final CommonOptions options = new CommonOptions();

  /** What is looked at before the worker starts. */
  @FunctionalInterface
  interface Preflight {

    /**
     * Looks.
     *
     * @throws Exception with what is wrong, and what to change
     */
    void verify(WorkerSettings settings) throws Exception;
  }

  RunCommand(Runner runner, Preflight preflight, Map<String, String> environment) {
    this.runner = runner;
    this.preflight = preflight;
    this.environment = environment;
  }

  @Override
  public Integer call() throws Exception {
    WorkerSettings settings = WorkerConfig.load(options.config(), environment);
    if (log.isInfoEnabled()) {
      log.info("Settings in effect:{}", effective());
    }
    preflight.verify(settings);
    return runner.run(settings);
  }

  /** Looks at the topics on the broker. */
  static void verifyTopics(WorkerSettings settings) throws InterruptedException {
    try (BrokerTopics topics = BrokerTopics.connect(settings.kafka(), BROKER_TIMEOUT)) {
      TopicCheck.verify(settings, topics);
    }
  }

  private String effective() {
    return WorkerConfig.effective(options.config(), environment).entrySet().stream()
        .map(
            setting ->
                System.lineSeparator() + "  " + setting.getKey() + " = " + setting.getValue())
        .collect(Collectors.joining());
  }
}

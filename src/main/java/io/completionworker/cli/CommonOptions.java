// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command takes. */
final class CommonOptions {

  /** Longest wait for an answer of brokers, registry or endpoint: a day. */
  static final long MOST_FOR_AN_ANSWER = 86_400;

  /** Longest wait for outcomes: ten years. */
  static final long MOST_FOR_OUTCOMES = 315_360_000;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file; environment variables win over it.")
  private @Nullable Path config;

  @Option(names = "--debug", description = "Print stack traces.")
  private boolean debug;

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  boolean debug() {
    return debug;
  }

  /**
   * The settings of the worker, for a command that prints lines of its own: Kafka's client says the
   * same again and again while it looks for a broker, and is silent from here on unless stack
   * traces are wanted.
   */
  WorkerSettings settings(Map<String, String> environment) {
    WorkerSettings settings = WorkerConfig.load(config(), environment);
    if (!debug) {
      silenceKafka();
    }
    return settings;
  }

  /**
   * A time-out.
   *
   * @param most seconds; more would be more than can be reckoned with
   */
  Duration timeout(long seconds, long most) {
    if (seconds < 1) {
      throw wrong("--timeout must be at least 1");
    }
    if (seconds > most) {
      throw wrong("--timeout must be at most " + most + " seconds, and is " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }

  /** What an option says; a value that cannot be read is a wrong call that names the option. */
  <T> T read(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  /** The command was not called rightly. */
  ParameterException wrong(String message) {
    return wrong(spec, message);
  }

  /** The command with this specification was not called rightly. */
  static ParameterException wrong(@Nullable CommandSpec spec, String message) {
    if (spec == null) {
      throw new IllegalStateException(message);
    }
    return new ParameterException(spec.commandLine(), message);
  }

  private static void silenceKafka() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("org.apache.kafka").setLevel(Level.OFF);
    }
  }
}

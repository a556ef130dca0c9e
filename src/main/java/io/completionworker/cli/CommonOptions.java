// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static io.completionworker.config.ClassesConfig.NAMES_CONFIG;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.completionworker.cli.records.StartAt;
import io.completionworker.config.ClassesConfig;
import io.completionworker.config.ClassesConfig.RequestClass;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every command has. */
final class CommonOptions {

  /**
   * Longest timeout in seconds for an answer of the brokers, the registry or the endpoint: one day.
   */
  static final long MOST_FOR_AN_ANSWER = 86_400;

  /** Longest timeout in seconds for outcomes: ten years. */
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

  /** Returns the file; that of the command above if this one has none. */
  Optional<Path> config() {
    CommandLine above = spec == null ? null : spec.commandLine().getParent();
    return Optional.ofNullable(config)
        .or(
            () ->
                Optional.ofNullable(above)
                    .map(CommandLine::getParseResult)
                    .map(parsed -> parsed.matchedOptionValue("--config", null)));
  }

  boolean debug() {
    return debug;
  }

  /**
   * Returns the settings of the worker, for a command that prints its own messages. Switches off
   * the log of Kafka's clients, which repeat the same message while they look for a broker, unless
   * {@code --debug} is set.
   */
  WorkerSettings settings(Map<String, String> environment) {
    WorkerSettings settings = WorkerConfig.load(config(), environment);
    if (!debug) {
      silenceKafka();
    }
    return settings;
  }

  /**
   * Returns the timeout, or reports that it is out of range.
   *
   * @param most largest number of seconds allowed, so that later calculations do not overflow
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

  /**
   * Returns the value of an option. If the value cannot be read, reports it with the name of the
   * option.
   */
  <T> T read(String option, Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage());
    }
  }

  /**
   * Returns where a command begins that reads to the current end of the topics.
   *
   * @param from value of the option {@code --from}
   */
  StartAt start(String from) {
    StartAt start = read("--from", () -> StartAt.parse(from, Instant.now()));
    if (start.kind() == StartAt.Kind.LATEST) {
      throw wrong("--from: there is nothing behind the newest record");
    }
    return start;
  }

  /**
   * Returns the values of an option of the form NAME=VALUE, by their names. If a name is there more
   * than once, its last value counts.
   */
  static Map<String, String> namedValues(
      @Nullable CommandSpec spec, String option, List<String> given) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String one : given) {
      int equals = one.indexOf('=');
      if (equals < 1) {
        throw wrong(spec, option + " must be NAME=VALUE, such as team=search, and is " + one);
      }
      all.put(one.substring(0, equals), one.substring(equals + 1));
    }
    return all;
  }

  /**
   * Returns the class of requests that an option names; empty if it was not given.
   *
   * @param name value of the option {@code --class}
   */
  Optional<RequestClass> requestClass(WorkerSettings settings, @Nullable String name) {
    if (name == null) {
      return Optional.empty();
    }
    ClassesConfig classes = settings.classes();
    if (!classes.several()) {
      throw wrong("--class: no classes are configured; see the setting " + NAMES_CONFIG);
    }
    Optional<RequestClass> named = classes.named(name);
    if (named.isEmpty()) {
      String known = String.join(", ", classes.names());
      throw wrong("--class: there is no class '%s'; the classes are %s".formatted(name, known));
    }
    return named;
  }

  /** Returns the exception for wrong usage of this command. */
  ParameterException wrong(String message) {
    return wrong(spec, message);
  }

  /** Returns the exception for wrong usage of the command with this specification. */
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

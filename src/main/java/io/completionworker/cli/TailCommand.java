// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.view.SeenRecord.Role;
import io.completionworker.cli.view.Tail;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Follows a topic of the worker. */
@Command(
    name = "tail",
    mixinStandardHelpOptions = true,
    description = "Follow one of the worker's topics, committed records only, a line for each.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker tail failures -n 10",
      "  completion-worker tail failures --from 1h",
      "  completion-worker tail --trace-id my-trace --output json | jq .value.usage"
    })
final class TailCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "TOPIC",
      defaultValue = "responses",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Role topic = Role.RESPONSES;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Only requests of this class. Default: those of every class.")
  private @Nullable String className;

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "latest, earliest, or a time: 2026-01-31T08:00:00Z, or 2h for two hours ago."
              + " Default: latest.")
  private @Nullable String from;

  @Option(names = "--trace-id", paramLabel = "ID", description = "Only records of this trace.")
  private @Nullable String traceId;

  @Option(names = "--request-id", paramLabel = "ID", description = "Only those of this request.")
  private @Nullable String requestId;

  @Option(names = "--key", paramLabel = "TEXT", description = "Only records with this key.")
  private @Nullable String key;

  @Option(
      names = "-n",
      paramLabel = "COUNT",
      description =
          "Show this many records and stop: the newest ones, or with --from the first ones from"
              + " there.")
  private @Nullable Long limit;

  @Option(names = "--until-end", description = "Stop at the end that the topic has now.")
  private boolean untilEnd;

  @Mixin private final OutputOption output = new OutputOption();

  TailCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    StartAt start = start();
    WorkerSettings settings = options.settings(surroundings.environment());
    Tail.Options wanted = wanted(settings, start);
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> "tail: stopped")) {
      Tail.follow(settings, wanted, this::print, surroundings.err()::println, stop::asked);
    }
    return ExitCode.DONE;
  }

  /** Prints a line. Returns false if the output is closed, for example by {@code head}. */
  private boolean print(String line) {
    PrintWriter out = surroundings.out();
    out.println(line);
    return !out.checkError();
  }

  /** Checks the options and returns where to begin. */
  private StartAt start() {
    if (limit != null && limit < 1) {
      throw options.wrong("-n must be at least 1");
    }
    if (className != null && topic != Role.REQUESTS) {
      throw options.wrong("--class is for requests; outputs of all classes are on the same topics");
    }
    String where = from;
    return where == null
        ? StartAt.LATEST
        : options.read("--from", () -> StartAt.parse(where, Instant.now()));
  }

  private Tail.Options wanted(WorkerSettings settings, StartAt start) {
    return new Tail.Options(
        topic,
        options
            .requestClass(settings, className)
            .map(one -> List.of(settings.of(one).topics().requests()))
            .orElseGet(settings::requestTopics),
        start,
        Optional.ofNullable(traceId),
        Optional.ofNullable(requestId),
        Optional.ofNullable(key),
        limit == null ? OptionalLong.empty() : OptionalLong.of(limit),
        limit != null && from == null,
        untilEnd,
        output.isJson());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.ControlList;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.config.Limits;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Selector;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Steers requests on all instances while they run. */
@Command(
    name = "control",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Cancel, pause or limit requests, or what they cost, on all instances while they run.",
      "A command writes a record to the topic of controls; every instance obeys it within a second."
          + " docs: control."
    })
final class ControlCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  /** Creates the command with its subcommands. */
  static CommandLine with(CommandEnvironment surroundings) {
    return new CommandLine(new ControlCommand())
        .addSubcommand(new Cancel(surroundings))
        .addSubcommand(new Pause(surroundings))
        .addSubcommand(new WithdrawCommand.Resume(surroundings))
        .addSubcommand(new Limit(surroundings))
        .addSubcommand(new BudgetCommand(surroundings))
        .addSubcommand(new ListControls(surroundings))
        .addSubcommand(new WithdrawCommand(surroundings));
  }

  @Override
  public void run() {
    throw CommonOptions.wrong(
        spec, "A command is missing: cancel, pause, resume, limit, budget, list or withdraw");
  }

  /** Ends requests without an answer. */
  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      description = {
        "End requests without an answer. Those that wait are not called, and open calls are closed.",
        "Each request still has one outcome: its answer if that was there first, else a failure"
            + " CANCELLED. A call that was closed may be billed, and has a usage row."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  completion-worker control cancel --batch nightly-7 --reason 'wrong file'",
        "  completion-worker control cancel --request order-4711",
        "  completion-worker control cancel --metadata tenant=acme --model 'gpt-4*' --dry-run"
      })
  static final class Cancel implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final SelectorOptions selecting = new SelectorOptions();

    @Option(
        names = "--published-before",
        paramLabel = "TIME",
        description =
            "Only requests whose records are older: 2026-01-31T08:00:00Z, or 2h for two hours ago."
                + " Default: now. Requests that are published later are called.")
    private @Nullable String before;

    @Mixin private final NewControlOptions making = new NewControlOptions();

    Cancel(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      Selector selector = selecting.selector();
      Instant now = NewControlOptions.now();
      String time = before;
      CompletionControl record =
          making
              .begin(ControlKind.CANCEL, selector, now)
              .setPublishedBefore(
                  time == null
                      ? now
                      : common.read("--published-before", () -> StartAt.parseTime(time, now)))
              .build();
      making.write(record, selector, common, surroundings);
      return ExitCode.DONE;
    }
  }

  /** Starts no call for requests. */
  @Command(
      name = "pause",
      mixinStandardHelpOptions = true,
      description = {
        "Start no call for requests until they are resumed. Open calls go on.",
        "Requests that wait fill the store up to async.max.pending.bytes, and if everything is"
            + " paused, up to async.max.pending.records. Then nothing more is read, and other"
            + " requests behind them wait as well."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  completion-worker control pause --everything --reason 'no more money today'",
        "  completion-worker control pause --model 'gpt-4*' --expires-in 2h",
        "  completion-worker control resume --everything"
      })
  static final class Pause implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final SelectorOptions selecting = new SelectorOptions();
    @Mixin private final NewControlOptions making = new NewControlOptions();

    Pause(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      Selector selector = selecting.selector();
      CompletionControl record =
          making.begin(ControlKind.PAUSE, selector, NewControlOptions.now()).build();
      making.write(record, selector, common, surroundings);
      return ExitCode.DONE;
    }
  }

  /** Replaces the limits of scopes. */
  @Command(
      name = "limit",
      mixinStandardHelpOptions = true,
      description = {
        "Replace the limits of the configuration for the scopes that are selected; docs: limits.",
        "Give all limits that are to hold: those that are not given are lifted. All instances"
            + " together keep to them. `control withdraw` brings the configured ones back."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  completion-worker control limit --everything --requests-per-minute 60"
            + " --tokens-per-minute 20000",
        "  completion-worker control limit --model 'gpt-4*' --max-in-flight 2 --expires-in 1h"
      })
  static final class Limit implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final CommonOptions common = new CommonOptions();

    @Option(
        names = "--virtual-key",
        paramLabel = "PATTERN",
        description = "Scopes of this virtual key; * is for any characters.")
    private @Nullable String virtualKey;

    @Option(
        names = "--model",
        paramLabel = "PATTERN",
        description = "Scopes of this model; * is for any characters.")
    private @Nullable String model;

    @Option(names = "--everything", description = "Every scope.")
    private boolean everything;

    @Option(names = "--requests-per-second", paramLabel = "N", description = "Calls started.")
    private @Nullable Double requestsPerSecond;

    @Option(names = "--requests-per-minute", paramLabel = "N", description = "Calls started.")
    private @Nullable Double requestsPerMinute;

    @Option(
        names = "--tokens-per-minute",
        paramLabel = "N",
        description = "Tokens of prompts and completions together.")
    private @Nullable Long tokensPerMinute;

    @Option(
        names = "--input-tokens-per-minute",
        paramLabel = "N",
        description = "Tokens of prompts.")
    private @Nullable Long inputTokensPerMinute;

    @Option(
        names = "--output-tokens-per-minute",
        paramLabel = "N",
        description = "Tokens of completions.")
    private @Nullable Long outputTokensPerMinute;

    @Option(names = "--max-in-flight", paramLabel = "N", description = "Calls open at once.")
    private @Nullable Integer maxInFlight;

    @Mixin private final NewControlOptions making = new NewControlOptions();

    Limit(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      Selector selector =
          SelectorOptions.checked(
              spec, new Selector(null, null, null, null, virtualKey, model, Map.of()), everything);
      if (selector.equals(Selector.ALL) && !everything) {
        throw common.wrong("Nothing is selected; give --virtual-key, --model or --everything");
      }
      Limits limits =
          new Limits(
              requestsPerSecond,
              requestsPerMinute,
              tokensPerMinute,
              inputTokensPerMinute,
              outputTokensPerMinute,
              maxInFlight);
      if (limits.equals(Limits.NONE)) {
        throw common.wrong("No limit is given, such as --requests-per-minute or --max-in-flight");
      }
      CompletionControl record =
          making
              .begin(ControlKind.LIMIT, selector, NewControlOptions.now())
              .setRequestsPerSecond(requestsPerSecond)
              .setRequestsPerMinute(requestsPerMinute)
              .setTokensPerMinute(tokensPerMinute)
              .setInputTokensPerMinute(inputTokensPerMinute)
              .setOutputTokensPerMinute(outputTokensPerMinute)
              .setMaxInFlight(maxInFlight)
              .build();
      making.write(record, selector, common, surroundings);
      return ExitCode.DONE;
    }
  }

  /** Lists the controls. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "List the controls on the topic: what each does, who made it, when, why, and until when.",
        "Expired ones are marked. A record that cannot be read is shown with its fault; workers"
            + " ignore it."
      })
  static final class ListControls implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();

    @Mixin private final OutputOption output = new OutputOption();

    ListControls(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      WorkerSettings settings = common.settings(surroundings.environment());
      ControlList list = new ControlList(new ControlTopic(settings).read(), Instant.now());
      output.print(
          surroundings.out(), () -> list.lines(surroundings.width().getAsInt()), list::json);
      return ExitCode.DONE;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.avro.FailureReason;
import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.redrive.RedriveOptions;
import io.completionworker.cli.redrive.Redriver;
import io.completionworker.cli.redrive.Redriver.Action;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Sends failed requests again. */
@Command(
    name = "redrive",
    mixinStandardHelpOptions = true,
    description = {
      "Send failures, or dead letters, back to the request topic that they came from; each at most"
          + " once, however often this is run.",
      "Run it with --dry-run first. Without another choice it takes the failures that may succeed"
          + " later."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker redrive --dry-run",
      "  completion-worker redrive --reason RATE_LIMITED,OVERLOADED --from 2h --rate 50",
      "  completion-worker redrive --dead-letters --from 2026-01-31"
    })
final class RedriveCommand implements Callable<Integer> {

  /** Selects failures by whether the same request may succeed later. */
  enum Retryable {
    YES,
    NO,
    ANY;

    /** Returns the name as it is written on the command line. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The highest rate: one record per nanosecond. */
  private static final double MOST_A_SECOND = 1e9;

  private final CommandEnvironment surroundings;
  private final ObjectMapper json = new ObjectMapper();

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(names = "--dry-run", description = "Print what would be sent, and send nothing.")
  private boolean dryRun;

  @Option(names = "--dead-letters", description = "Take dead letters, and not failures.")
  private boolean deadLetters;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      split = ",",
      description = "Failures of these reasons, whether retryable or not.")
  private Set<FailureReason> reasons = EnumSet.noneOf(FailureReason.class);

  @Option(
      names = "--retryable",
      paramLabel = "WHICH",
      description =
          "Failures that may succeed later: yes, no or any. Default: yes; any with --reason.")
  private @Nullable Retryable retryable;

  @Option(names = "--from", paramLabel = "TIME", description = "Those of this time and later.")
  private @Nullable String from;

  @Option(names = "--to", paramLabel = "TIME", description = "Those before this time.")
  private @Nullable String to;

  @Option(names = "--batch", paramLabel = "ID", description = "Those of this batch.")
  private @Nullable String batch;

  @Option(names = "--trace-id", paramLabel = "ID", description = "Those of this trace.")
  private @Nullable String traceId;

  @Option(names = "--model", paramLabel = "NAME", description = "Requests of this model.")
  private @Nullable String model;

  @Option(names = "--rate", paramLabel = "N", description = "Send at most N a second.")
  private @Nullable Double rate;

  @Option(
      names = "--unproven",
      description =
          "Also send what is older than the request topic, where nothing tells whether it was sent"
              + " before.")
  private boolean unproven;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: an object for each record, and one at the end.")
  private Output output = Output.TEXT;

  RedriveCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    RedriveOptions wanted = checked();
    WorkerSettings settings = options.settings(surroundings.environment());
    String again = "redrive: stopped; what was sent stays sent, and is not sent again";
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> again)) {
      Redriver.Report report = Redriver.redrive(settings, wanted, this::print, stop::asked);
      print(report);
    }
    return ExitCode.DONE;
  }

  private void print(Action action, Redriver.Redriven what) {
    PrintWriter out = surroundings.out();
    if (output == Output.JSON) {
      ObjectNode node = json.createObjectNode();
      node.put("action", name(action));
      node.put("source", what.source());
      node.put("reason", what.reason());
      node.put("request_id", what.requestId().orElse(null));
      node.put("model", what.model().orElse(null));
      node.put("trace_id", what.traceId().orElse(null));
      node.put("redrive_count", what.count());
      out.println(node);
    } else if (dryRun || action == Action.GONE || action == Action.UNPROVEN) {
      String line =
          String.join(
              " ",
              name(action).replace('_', ' '),
              what.source(),
              what.reason(),
              what.requestId().orElse("-"),
              what.model().orElse("-"),
              what.traceId().orElse("-"),
              "redriven " + what.count() + " times");
      out.println(PrintableText.of(line)); // the text comes from a topic
    }
  }

  private void print(Redriver.Report report) {
    PrintWriter out = surroundings.out();
    if (output == Output.JSON) {
      ObjectNode node = json.createObjectNode();
      node.put("dry_run", dryRun);
      for (Action action : Action.values()) {
        node.put(action.name().toLowerCase(Locale.ROOT), report.of(action));
      }
      out.println(node);
      return;
    }
    out.println((dryRun ? "would send " : "sent ") + report.of(Action.SENT));
    for (Action action : Action.values()) {
      if (action != Action.SENT && report.of(action) > 0) {
        out.println("left " + report.of(action) + " " + action.words());
      }
    }
  }

  private String name(Action action) {
    return dryRun && action == Action.SENT ? "would_send" : action.name().toLowerCase(Locale.ROOT);
  }

  private RedriveOptions checked() {
    if (deadLetters && (!reasons.isEmpty() || retryable != null)) {
      throw options.wrong("--reason and --retryable are for failures, not for --dead-letters");
    }
    if (rate != null && !(rate > 0 && rate <= MOST_A_SECOND)) {
      throw options.wrong(
          "--rate must be more than 0 and at most %.0f, and is %s".formatted(MOST_A_SECOND, rate));
    }
    Optional<Instant> first = time("--from", from);
    Optional<Instant> end = time("--to", to);
    if (first.isPresent() && end.isPresent() && !first.get().isBefore(end.get())) {
      throw options.wrong("--from must be before --to, and is " + from);
    }
    Retryable which =
        retryable != null ? retryable : reasons.isEmpty() ? Retryable.YES : Retryable.ANY;
    RedriveOptions.Filter filter =
        new RedriveOptions.Filter(
            reasons,
            which == Retryable.ANY ? Optional.empty() : Optional.of(which == Retryable.YES),
            first,
            end,
            Optional.ofNullable(batch),
            Optional.ofNullable(traceId),
            Optional.ofNullable(model));
    return new RedriveOptions(
        deadLetters,
        filter,
        dryRun,
        rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
        unproven);
  }

  private Optional<Instant> time(String option, @Nullable String text) {
    return Optional.ofNullable(text)
        .map(when -> options.read(option, () -> StartAt.parseTime(when, Instant.now())));
  }
}

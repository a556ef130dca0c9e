// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.usage.UsageQuestion;
import io.completionworker.cli.usage.UsageReport;
import io.completionworker.config.WorkerSettings;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints usage and cost, grouped by tenant, model or any other column of the usage rows. */
@Command(
    name = "usage",
    mixinStandardHelpOptions = true,
    description = {
      "Add up the usage topic: calls, tokens and cost, by whatever its rows say.",
      "Every attempt that may be on the bill is a call; docs: usage."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker usage --by metadata.tenant",
      "  completion-worker usage --by day,model --from 7d",
      "  completion-worker usage --by reason --where outcome=FAILED --from 1h",
      "  completion-worker usage --by model --where batch_id=nightly --from earliest --output json"
    })
final class UsageCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--by",
      paramLabel = "COLUMN",
      split = ",",
      defaultValue = "model",
      description =
          "A row of the result for each value of these: a column of the usage rows that is a name"
              + " or a whole number, metadata.NAME, day or hour. Default: ${DEFAULT-VALUE}.")
  private List<String> by = List.of();

  @Option(
      names = "--where",
      paramLabel = "COLUMN=VALUE",
      description = "Only rows with this value; may be repeated. The value - is for none.")
  private Map<String, String> where = new LinkedHashMap<>();

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "today",
      description =
          "Calls that ended then or later: today, yesterday, earliest, 2026-01-31,"
              + " 2026-01-31T08:00:00Z, or 2h for two hours ago. Default: ${DEFAULT-VALUE}.")
  private String from = "today";

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      description = "Calls that ended before. Default: now.")
  private @Nullable String to;

  @Option(
      names = "--time-zone",
      paramLabel = "ZONE",
      defaultValue = "UTC",
      description = "Where days and hours begin, such as Europe/Berlin. Default: ${DEFAULT-VALUE}.")
  private String zone = "UTC";

  @Mixin private final OutputOption output = new OutputOption();

  UsageCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    UsageQuestion question = question(Instant.now());
    WorkerSettings settings = options.settings(surroundings.environment());
    UsageReport report = read(settings, question);
    output.print(
        surroundings.out(), () -> report.lines(surroundings.width().getAsInt()), report::json);
    report.notices().forEach(notice -> surroundings.err().println("usage: " + notice));
    return report.complete() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private UsageReport read(WorkerSettings settings, UsageQuestion question) {
    try (Progress progress = surroundings.progress("usage", OptionalLong.empty())) {
      return UsageReport.read(settings, question, progress::at);
    }
  }

  private UsageQuestion question(Instant now) {
    ZoneId days = zone();
    List<UsageQuestion.Grouping> groupings = new ArrayList<>();
    by.forEach(name -> groupings.add(grouping("--by", name)));
    Map<UsageQuestion.Grouping, String> wanted = new LinkedHashMap<>();
    where.forEach((name, value) -> wanted.put(grouping("--where", name), value));
    StartAt start = options.read("--from", () -> StartAt.parse(from, now, days));
    Instant end =
        Optional.ofNullable(to)
            .map(when -> options.read("--to", () -> StartAt.parseTime(when, now, days)))
            .orElse(now);
    Instant first = start.time();
    if (start.kind() == StartAt.Kind.LATEST || (first != null && !first.isBefore(end))) {
      throw options.wrong("--from must be before --to, and is " + from);
    }
    return new UsageQuestion(groupings, wanted, start, end, days);
  }

  private UsageQuestion.Grouping grouping(String option, String name) {
    return options.read(option, () -> UsageQuestion.Grouping.parse(name.strip()));
  }

  private ZoneId zone() {
    try {
      return ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw options.wrong(
          "--time-zone: '" + zone + "' is no time zone; write UTC or Europe/Berlin");
    }
  }
}

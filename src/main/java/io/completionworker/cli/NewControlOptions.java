// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionControl;
import io.completionworker.avro.ControlKind;
import io.completionworker.cli.control.ControlText;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.records.StartAt.TimeSpan;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Control;
import io.completionworker.control.ControlRecord;
import io.completionworker.control.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of the commands that make a control: who, why, until when, and under which id. */
final class NewControlOptions {

  /** The failures of all cancelled requests repeat the reason, so it is short. */
  private static final int LONGEST_TEXT = 200;

  /** The name of a limit at the beginning of a fault, as in {@code requests_per_minute: }. */
  private static final Pattern LIMIT = Pattern.compile("(^|; )([a-z]+(?:[._][a-z]+)+):");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for people. Everybody who reads the topics or the status page sees it.")
  private String reason = "";

  @Option(
      names = "--expires-in",
      paramLabel = "TIME",
      description = "End the control by itself after 90s, 30m, 12h or 7d. Default: never.")
  private @Nullable String expiresIn;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who does it, for people. Default: the name of your user on this system.")
  private String by = System.getProperty("user.name", "");

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "Id of the control. Default: one that depends on what is selected, so that the same"
              + " command again replaces its control.")
  private @Nullable String id;

  @Option(names = "--dry-run", description = "Print what would be done, and ask no broker.")
  private boolean dryRun;

  /** Returns the current time as records hold it, in milliseconds. */
  static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Returns a record with these options that still lacks what is special to its kind.
   *
   * @param now when the command was given
   */
  CompletionControl.Builder begin(ControlKind kind, Selector selector, Instant now) {
    checkText("--reason", reason);
    checkText("--by", by);
    return CompletionControl.newBuilder()
        .setKind(kind)
        .setEverything(selector.equals(Selector.ALL))
        .setRequestId(selector.requestId())
        .setBatchId(selector.batchId())
        .setTraceId(selector.traceId())
        .setEndUser(selector.endUser())
        .setVirtualKey(selector.virtualKey())
        .setModel(selector.model())
        .setMetadata(selector.metadata().isEmpty() ? null : selector.metadata())
        .setCreatedAt(now)
        .setCreatedBy(by)
        .setReason(reason)
        .setExpiresAt(expiry(now).orElse(null));
  }

  /** Writes the control, unless this is a dry run, and prints a line about it. */
  void write(
      CompletionControl record,
      Selector selector,
      CommonOptions common,
      CommandEnvironment surroundings) {
    String kind = record.getKind().name().toLowerCase(Locale.ROOT);
    write(record, ControlText.id(kind, selector), common, surroundings);
  }

  /** Writes the control like the other method, under this id if no other was given. */
  void write(
      CompletionControl record,
      String usualId,
      CommonOptions common,
      CommandEnvironment surroundings) {
    String name = id == null ? usualId : checkedId(id);
    Control control;
    try {
      control = ControlRecord.control(name, record);
    } catch (IllegalArgumentException e) {
      throw CommonOptions.wrong(spec, optionNames(String.valueOf(e.getMessage())));
    }
    WorkerSettings settings = common.settings(surroundings.environment());
    if (!dryRun) {
      new ControlTopic(settings).write(name, record);
    }
    surroundings.out().println(ControlText.made(control, dryRun));
  }

  /** Replaces the names of limits by those of their options. */
  private static String optionNames(String fault) {
    return LIMIT
        .matcher(fault)
        .replaceAll(limit -> limit.group(1) + "--" + limit.group(2).replaceAll("[._]", "-") + ":");
  }

  private Optional<Instant> expiry(Instant now) {
    String text = expiresIn;
    if (text == null) {
      return Optional.empty();
    }
    Optional<Duration> span = TimeSpan.parse(text).filter(time -> !time.isZero());
    return Optional.of(
        span.map(now::plus)
            .orElseThrow(
                () ->
                    CommonOptions.wrong(
                        spec, "--expires-in must be a number and s, m, h or d, such as 12h")));
  }

  private void checkText(String option, String text) {
    if (text.length() > LONGEST_TEXT) {
      throw CommonOptions.wrong(
          spec, option + " must have at most " + LONGEST_TEXT + " characters");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw CommonOptions.wrong(spec, option + " must be one line");
    }
  }

  private String checkedId(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
      throw CommonOptions.wrong(spec, "--id must be 1 to 64 letters, digits, '.', '-', '_'");
    }
    return name;
  }
}

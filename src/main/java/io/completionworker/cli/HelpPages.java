// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Formats the help of every command like a manual page, as wide as the terminal. This class breaks
 * the lines, not picocli: picocli breaks at hyphens, even within a date, and does not support
 * terminals with less than 55 columns. So picocli gets a width at which it breaks nothing.
 */
final class HelpPages {

  /** A width that no line exceeds. */
  private static final int UNBROKEN = 2_000;

  private static final int NARROWEST = 20;
  private static final int INDENT = 4;

  /** An option, argument, command or exit code, followed by its description. */
  private static final Pattern NAMED = Pattern.compile("( *\\S.*?) {2,}(\\S.*)");

  /** Escape sequences for colors, which occupy no columns. */
  private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");

  private static final String ENVIRONMENT = "environment";

  /**
   * Commands that continue earlier work when they are started again, or leave work that goes on.
   * Their help lists the exit codes of signals.
   */
  private static final Set<String> RESUMED = Set.of("submit", "collect", "batch", "redrive", "ask");

  private static final Map<String, String> EXIT_CODES = new LinkedHashMap<>();

  static {
    EXIT_CODES.put("0", "done");
    EXIT_CODES.put("1", "failed while running; the cause is the last line on stderr");
    EXIT_CODES.put(
        "2", "usage, configuration or input is wrong; every fault is listed, nothing was started");
  }

  private static final String VARIABLES =
      """

      Environment:
        GATEWAY_API_KEY and so on   every setting: this one is gateway.api.key
        LOG_LEVEL                   of the worker's own log lines
        NO_COLOR                    when it is not empty: no colors
        COLUMNS                     width of lines where there is no terminal
      """;

  /** An indent that contains picocli's marker of required options, which is blank but colored. */
  private static final Pattern INDENT_WITH_MARK = Pattern.compile("^(?:(?:\u001b\\[[0-9;]*m)* +)+");

  private HelpPages() {}

  /**
   * Formats the help of a command and of its subcommands.
   *
   * @param width returns the number of columns; called whenever a page is printed
   */
  static void apply(CommandLine command, IntSupplier width) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.width(UNBROKEN);
    usage.synopsisHeading("Synopsis:%n  ");
    usage.descriptionHeading("%nDescription:%n");
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    usage.exitCodeListHeading("%nExit codes:%n");
    usage.exitCodeList(exitCodes(command.getCommandName()));
    command.getHelpSectionMap().put(ENVIRONMENT, HelpPages::environment);
    List<String> sections = new ArrayList<>(command.getHelpSectionKeys());
    sections.remove(ENVIRONMENT);
    sections.add(sections.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER_HEADING), ENVIRONMENT);
    command.setHelpSectionKeys(sections);
    command.getHelpSectionMap().replaceAll((section, page) -> broken(section, page, width));
    command.getSubcommands().values().forEach(below -> apply(below, width));
  }

  private static IHelpSectionRenderer broken(
      String section, IHelpSectionRenderer page, IntSupplier width) {
    return help -> {
      String text = page.render(help);
      int columns = Math.max(NARROWEST, width.getAsInt());
      return switch (section) {
        // the heading of the synopsis already contains the indent of its first line
        case UsageMessageSpec.SECTION_KEY_SYNOPSIS ->
            broken("  " + text.strip(), 2 + INDENT, columns, "").strip() + "%n".formatted();
        case UsageMessageSpec.SECTION_KEY_FOOTER -> lines(text, line -> example(line, columns));
        default -> lines(text, line -> line(line, columns));
      };
    };
  }

  private static String lines(String text, UnaryOperator<String> shape) {
    String end = "%n".formatted();
    String shaped = text.lines().map(shape).collect(Collectors.joining(end));
    return text.endsWith("\n") ? shaped + end : shaped;
  }

  private static String line(String marked, int columns) {
    String line =
        INDENT_WITH_MARK
            .matcher(marked)
            .replaceFirst(mark -> STYLE.matcher(mark.group()).replaceAll(""));
    Matcher named = NAMED.matcher(line);
    int indent = indent(line);
    if (length(line) <= columns) {
      return line;
    }
    if (!named.matches()) {
      return broken(line, Math.min(indent, columns / 2), columns, "");
    }
    int column = length(line.substring(0, named.start(2)));
    if (column <= columns / 2) {
      return broken(line, column, columns, "");
    }
    String below = " ".repeat(indent + INDENT) + named.group(2);
    return named.group(1) + "%n".formatted() + broken(below, indent + INDENT, columns, "");
  }

  /**
   * Breaks an example. Ends each broken line of a command with a backslash, so that the example can
   * be copied.
   */
  private static String example(String line, int columns) {
    return broken(line, indent(line) + INDENT, columns, line.startsWith("  ") ? " \\" : "");
  }

  private static int indent(String line) {
    return line.length() - line.stripLeading().length();
  }

  private static int length(String text) {
    return STYLE.matcher(text).replaceAll("").length();
  }

  /**
   * Breaks a line, only at spaces.
   *
   * @param hanging indent of the lines after the first one; reduced if a word would not fit
   *     otherwise
   * @param more text at the end of each line except the last one
   */
  private static String broken(String line, int hanging, int columns, String more) {
    if (length(line) <= columns) {
      return line;
    }
    int longest =
        Stream.of(line.strip().split(" +", -1)).mapToInt(HelpPages::length).max().orElse(0);
    int under = Math.max(0, Math.min(hanging, columns - more.length() - longest));
    StringBuilder all = new StringBuilder();
    StringBuilder now = new StringBuilder();
    boolean empty = true;
    for (String word : line.split("(?<=[^ ])(?= )", -1)) {
      if (!empty && length(now + word) > columns - more.length()) {
        all.append(now).append(more).append("%n".formatted());
        now.setLength(0);
        now.append(" ".repeat(under)).append(word.strip());
      } else {
        now.append(word);
      }
      empty = false;
    }
    return all.append(now).toString();
  }

  private static Map<String, String> exitCodes(String command) {
    Map<String, String> codes = new LinkedHashMap<>(EXIT_CODES);
    if (RESUMED.contains(command)) {
      codes.put(
          "130, 143", "stopped by Ctrl-C or SIGTERM; the last line on stderr says how to go on");
    }
    return codes;
  }

  private static String environment(Help help) {
    return help.commandSpec().name().equals("help") ? "" : VARIABLES.formatted();
  }
}

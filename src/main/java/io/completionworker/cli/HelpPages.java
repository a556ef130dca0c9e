package io.completionworker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Gives the help of every command the sections of a manual page. */
final class HelpPages {

  private static final String ENVIRONMENT = "environment";

  /** Commands that go on with earlier work; the others just end. */
  private static final Set<String> RESUMED = Set.of("submit", "collect", "batch", "redrive");

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
        COLUMNS                     width of the terminal, for progress
      """;

  private HelpPages() {}

  /** Shapes the help of a command and of those below it. */
  static void apply(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
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
    command.getSubcommands().values().forEach(HelpPages::apply);
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

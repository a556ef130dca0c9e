// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.ConfigFaultsException;
import io.completionworker.config.key.NearestKey;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints on stderr why a command failed. Faults of the configuration or the input are one line
 * each. Any other failure is the last line, with its cause. Wrong usage is one line.
 */
final class FailureLines implements IExecutionExceptionHandler {

  private static final Pattern CHOICE =
      Pattern.compile("expected one of \\[([^]]*)] \\(case-insensitive\\) but was");

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    if (command.getParseResult().matchedOptionValue("--debug", false)) {
      failure.printStackTrace(err);
    }
    if (failure instanceof ConfigFaultsException configuration) {
      configuration.faults().forEach(err::println);
      return ExitCode.WRONG;
    }
    if (failure instanceof InputFaultsException input) {
      input.lines().forEach(err::println);
      return ExitCode.WRONG;
    }
    err.println(line(failure));
    return ExitCode.FAILED;
  }

  /**
   * Prints in one line what is wrong with the usage and which help page describes the command.
   * Returns the exit code.
   */
  static int usage(ParameterException wrong, String... arguments) {
    CommandLine command = wrong.getCommandLine();
    ParameterException cause =
        unknownCommand(command, arguments)
            .or(() -> unknownOption(command, arguments))
            .orElse(wrong);
    String what = plain(text(cause));
    String meant = "; see `";
    if (cause instanceof UnmatchedArgumentException unmatched) {
      String word = unmatched.getUnmatched().get(0);
      meant = meant(command, word).orElse(meant);
      if (!word.startsWith("-") && command.getParent() == null) {
        what = plain("There is no command " + word);
      }
    }
    String page = command.getCommandSpec().qualifiedName() + " --help`";
    command.getErr().println(what + meant + page);
    return ExitCode.WRONG;
  }

  /** Suggests the option or command with the most similar name, if one is similar enough. */
  private static Optional<String> meant(CommandLine command, String written) {
    String name = written.replaceFirst("=.*", "");
    Set<String> known =
        name.startsWith("-")
            ? command.getCommandSpec().optionsMap().keySet()
            : command.getSubcommands().keySet();
    int most = name.length() < 5 ? 1 : Math.max(2, name.length() / 3);
    return NearestKey.within(name, known, most)
        .map(nearest -> "; did you mean " + nearest + "? See `");
  }

  /**
   * Returns the failure for an unknown command, which also explains all faults of the arguments
   * after it.
   */
  private static Optional<ParameterException> unknownCommand(
      CommandLine command, String... arguments) {
    return command.getParent() != null
            || arguments.length == 0
            || arguments[0].startsWith("-")
            || command.getSubcommands().containsKey(arguments[0])
        ? Optional.empty()
        : Optional.of(new UnmatchedArgumentException(command, List.of(arguments[0])));
  }

  /**
   * Returns the failure for an unknown option. It is the cause even if the value of the option was
   * taken for another argument.
   */
  private static Optional<ParameterException> unknownOption(
      CommandLine command, String... arguments) {
    Map<String, OptionSpec> known = command.getCommandSpec().optionsMap();
    return Arrays.stream(arguments)
        .takeWhile(argument -> !argument.equals("--"))
        .filter(argument -> argument.startsWith("--"))
        .filter(argument -> !known.containsKey(argument.replaceFirst("=.*", "")))
        .findFirst()
        .map(argument -> new UnmatchedArgumentException(command, List.of(argument)));
  }

  /**
   * Lists each allowed word once, as users write it. The message of picocli also contains the names
   * of the enum constants. Replaces control characters.
   */
  private static String plain(String message) {
    Matcher choice = CHOICE.matcher(PrintableText.of(message));
    return choice.replaceAll(
        found -> {
          List<String> words =
              Arrays.stream(found.group(1).split(", ", -1))
                  .map(word -> word.toLowerCase(Locale.ROOT))
                  .distinct()
                  .toList();
          return Matcher.quoteReplacement(
              "expected one of "
                  + words.stream()
                      .filter(
                          word -> !words.contains(word.replace('_', '-')) || !word.contains("_"))
                      .collect(Collectors.joining(", "))
                  + ", but was");
        });
  }

  /** Returns the message of a failure and of its root cause in one line. */
  static String line(Throwable failure) {
    Throwable outer = failure;
    Throwable next = outer.getCause();
    while (next != null && isWrapper(outer)) {
      outer = next;
      next = outer.getCause();
    }
    String text = text(outer);
    Throwable root = root(outer);
    String cause = text(root);
    return root == outer || text.contains(cause) ? text : text + ": " + cause;
  }

  private static boolean isWrapper(Throwable failure) {
    return failure instanceof ExecutionException || failure instanceof CompletionException;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    // the depth is limited because a chain of causes can contain a loop
    for (int depth = 0; depth < 32; depth++) {
      Throwable cause = root.getCause();
      if (cause == null) {
        return root;
      }
      root = cause;
    }
    return root;
  }

  private static String text(Throwable failure) {
    @Nullable String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}

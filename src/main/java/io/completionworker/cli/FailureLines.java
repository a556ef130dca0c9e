package io.completionworker.cli;

import io.completionworker.cli.submit.InputFaultsException;
import io.completionworker.config.ConfigFaultsException;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says on stderr why a command ended badly: faults one a line, else the cause as the last line; of
 * a wrong call, the cause alone.
 */
final class FailureLines implements IExecutionExceptionHandler {

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

  /** What is wrong with the call, in one line that also says where the right one is described. */
  static int usage(ParameterException wrong, String... arguments) {
    CommandLine command = wrong.getCommandLine();
    String meant = "";
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      meant = "; did you mean " + unmatched.getSuggestions().get(0) + "?";
    }
    String page = command.getCommandSpec().qualifiedName() + " --help";
    String cause = text(wrong).replaceAll("\\p{Cntrl}", "?");
    command.getErr().println(cause + meant + (meant.isEmpty() ? "; see `" : " See `") + page + "`");
    return ExitCode.WRONG;
  }

  /** The failure and what it came from, in one line. */
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
    // bounded, because a chain of causes may have a loop
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

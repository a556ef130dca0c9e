// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.FailureReason;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.config.ConfigurationPage;
import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line of the worker.
 *
 * <p>Exit codes: 0 when the command is done, 1 when it failed while running, 2 when the usage, the
 * configuration or the input is wrong.
 */
@Command(
    name = "completion-worker",
    mixinStandardHelpOptions = true,
    description = "Answers a topic of chat-completion requests, exactly once.",
    synopsisSubcommandLabel = "COMMAND",
    footer = "%n`completion-worker help COMMAND` has the page of a command.")
public final class Cli implements Runnable {

  private final CommandLine commandLine;

  /**
   * Creates the command line.
   *
   * @param runner runs the worker
   * @param endpoint probes the endpoint
   * @param requests creates the check that finds what a worker would reject in a request
   */
  public Cli(
      Runner runner,
      EndpointProbe endpoint,
      RequestCheck.Source requests,
      CommandEnvironment surroundings) {
    this(runner, RunCommand::verifyTopics, endpoint, requests, surroundings);
  }

  Cli(
      Runner runner,
      RunCommand.Preflight preflight,
      EndpointProbe endpoint,
      RequestCheck.Source requests,
      CommandEnvironment surroundings) {
    Map<String, String> environment = surroundings.environment();
    PrintWriter out = surroundings.out();
    commandLine =
        new CommandLine(this)
            .addSubcommand(new RunCommand(runner, preflight, environment))
            .addSubcommand(
                new CommandLine(new TopicsCommand(environment, out))
                    .addSubcommand(new TopicsCommand.RepartitionCommand(environment, out)))
            .addSubcommand(SchemasCommand.with(environment, out))
            .addSubcommand(new CheckCommand(endpoint, environment, out))
            .addSubcommand(new ConfigCommand(environment, out))
            .addSubcommand(new SubmitCommand(requests, surroundings))
            .addSubcommand(new CollectCommand(surroundings))
            .addSubcommand(BatchCommand.with(requests, surroundings))
            .addSubcommand(new AskCommand(requests, surroundings))
            .addSubcommand(new RedriveCommand(surroundings))
            .addSubcommand(ControlCommand.with(surroundings))
            .addSubcommand(new TailCommand(surroundings))
            .addSubcommand(new FindCommand(surroundings))
            .addSubcommand(new UsageCommand(surroundings))
            .addSubcommand(new PricesCommand(surroundings))
            .addSubcommand(new CompletionCommand())
            .addSubcommand(new HelpCommand())
            .registerConverter(Long.class, Cli::wholeNumber)
            .registerConverter(long.class, Cli::wholeNumber)
            .registerConverter(Integer.class, Cli::smallNumber)
            .registerConverter(int.class, Cli::smallNumber)
            .registerConverter(Output.class, new EnumNames<>(Output.class))
            .registerConverter(Batch.Format.class, new EnumNames<>(Batch.Format.class))
            .registerConverter(
                SubmitOptions.OnInvalid.class, new EnumNames<>(SubmitOptions.OnInvalid.class))
            .registerConverter(
                RedriveCommand.Retryable.class, new EnumNames<>(RedriveCommand.Retryable.class))
            .registerConverter(
                FailureReason.class, new EnumNames<>(FailureReason.class, FailureReason::name))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(out)
            .setErr(surroundings.err())
            .setParameterExceptionHandler(FailureLines::usage)
            .setExecutionExceptionHandler(new FailureLines());
    HelpPages.apply(commandLine, surroundings.width());
    sayVersion(commandLine);
  }

  private static void sayVersion(CommandLine command) {
    command.getCommandSpec().version(version());
    command.getSubcommands().values().forEach(Cli::sayVersion);
  }

  /** Runs the command that the arguments name and returns the exit code of the process. */
  public int execute(String... args) {
    return commandLine.execute(args);
  }

  /** Reports that a command is missing. Called when the arguments name none. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(commandLine, "A command is missing");
  }

  private static String version() {
    return "completion-worker "
        + Optional.ofNullable(Cli.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
  }

  private static Long wholeNumber(String given) {
    try {
      return new BigInteger(given).longValueExact();
    } catch (NumberFormatException e) {
      throw new TypeConversionException("must be a whole number, and is " + given);
    } catch (ArithmeticException e) {
      throw new TypeConversionException("is too large: " + given);
    }
  }

  private static Integer smallNumber(String given) {
    long number = wholeNumber(given);
    if (number != (int) number) {
      throw new TypeConversionException("is too large: " + given);
    }
    return (int) number;
  }

  /**
   * Converts the name of an enum constant, in upper or lower case. The message for any other text
   * lists the names that are allowed.
   *
   * @param form returns the name of a constant as the message shows it
   */
  private record EnumNames<E extends Enum<E>>(Class<E> type, Function<E, String> form)
      implements ITypeConverter<E> {

    EnumNames(Class<E> type) {
      this(type, one -> one.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public E convert(String given) {
      return Stream.of(type.getEnumConstants())
          .filter(one -> one.name().equalsIgnoreCase(given))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "must be one of "
                          + Stream.of(type.getEnumConstants())
                              .map(form)
                              .collect(Collectors.joining(", "))
                          + ", and is "
                          + given));
    }
  }

  /** Runs the worker until it is stopped or fails. */
  @FunctionalInterface
  public interface Runner {

    /**
     * Runs the worker on the calling thread.
     *
     * @return the exit code; if it is not 0, the last line on stderr already states the cause
     * @throws Exception if the worker failed; the command line prints the cause
     */
    int run(WorkerSettings settings) throws Exception;
  }

  /** Prints the completion script for shells. */
  @Command(
      name = "completion",
      mixinStandardHelpOptions = true,
      description = {
        "Print a script by which bash and zsh complete commands and options.",
        "It is for a command of the name completion-worker, such as a function for `java -jar ...`."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  source <(java -jar target/completion-worker.jar completion)",
        "  completion-worker() { java -jar target/completion-worker.jar \"$@\" --config FILE; }"
      })
  private static final class CompletionCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
      if (spec == null) {
        throw new IllegalStateException("not part of a command line");
      }
      spec.commandLine()
          .getOut()
          .println(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
      return ExitCode.DONE;
    }
  }

  /** Prints the configuration. */
  @Command(
      name = "config",
      mixinStandardHelpOptions = true,
      description = "Print the settings in effect, secrets hidden, or list every fault in them.")
  private static final class ConfigCommand implements Callable<Integer> {

    private final Map<String, String> environment;
    private final PrintWriter out;

    @Mixin private final CommonOptions options = new CommonOptions();

    @Option(
        names = "--reference",
        description = "Print what every key means, as Markdown; reads no settings.")
    private boolean reference;

    ConfigCommand(Map<String, String> environment, PrintWriter out) {
      this.environment = environment;
      this.out = out;
    }

    @Override
    public Integer call() {
      if (reference) {
        out.print(ConfigurationPage.markdown());
        out.flush();
      } else {
        WorkerConfig.effective(options.config(), environment)
            .forEach((key, value) -> out.println(key + "=" + value));
      }
      return ExitCode.DONE;
    }
  }
}

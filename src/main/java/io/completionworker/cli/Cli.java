package io.completionworker.cli;

import io.completionworker.cli.check.EndpointProbe;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line of the worker.
 *
 * <p>Exit codes: 0 done, 1 failed while running, 2 usage or configuration is wrong.
 */
@Command(
    name = "completion-worker",
    mixinStandardHelpOptions = true,
    description = "Answers a topic of chat-completion requests, exactly once.",
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed while running; the cause is the last line on stderr",
      "2:usage or configuration is wrong; every fault is listed, nothing was started"
    })
public final class Cli implements Runnable {

  private final CommandLine commandLine;

  /** The command line of this process; {@code run} runs this runner, {@code check} this probe. */
  public Cli(Runner runner, EndpointProbe endpoint) {
    this(
        runner,
        RunCommand::verifyTopics,
        endpoint,
        System.getenv(),
        new PrintWriter(System.out, true, Charset.defaultCharset()),
        new PrintWriter(System.err, true, Charset.defaultCharset()));
  }

  Cli(
      Runner runner,
      RunCommand.Preflight preflight,
      EndpointProbe endpoint,
      Map<String, String> environment,
      PrintWriter out,
      PrintWriter err) {
    commandLine =
        new CommandLine(this)
            .addSubcommand(new RunCommand(runner, preflight, environment))
            .addSubcommand(new TopicsCommand(environment, out))
            .addSubcommand(new CheckCommand(endpoint, environment, out))
            .addSubcommand(new ConfigCommand(environment, out))
            .setOut(out)
            .setErr(err)
            .setExecutionExceptionHandler(new FailureLines());
    commandLine.getCommandSpec().version(version());
    commandLine
        .getSubcommands()
        .values()
        .forEach(command -> command.getCommandSpec().version(version()));
  }

  /** Runs the command that the arguments name, and returns the exit code of the process. */
  public int execute(String... args) {
    return commandLine.execute(args);
  }

  /** Without a command there is nothing to do. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(commandLine, "A command is missing");
  }

  private static String version() {
    return "completion-worker "
        + Optional.ofNullable(Cli.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.config.ConfigurationPage;
import io.completionworker.config.WorkerConfig;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the configuration. */
@Command(
    name = "config",
    mixinStandardHelpOptions = true,
    description = "Print the settings in effect, secrets hidden, or list every fault in them.")
final class ConfigCommand implements Callable<Integer> {

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

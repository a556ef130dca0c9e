// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.check.Checks;
import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.check.Checks.Finding;
import io.completionworker.config.WorkerSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks whether the worker would work with these settings. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Look at brokers, topics, registry, endpoint and clock; a line each: ok, warn or FAIL.",
      "Changes nothing, and sends no request that is billed."
    })
final class CheckCommand implements Callable<Integer> {

  private final EndpointProbe endpoint;
  private final Map<String, String> environment;
  private final PrintWriter out;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Longest wait for one answer. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds;

  CheckCommand(EndpointProbe endpoint, Map<String, String> environment, PrintWriter out) {
    this.endpoint = endpoint;
    this.environment = environment;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration timeout = options.timeout(timeoutSeconds, CommonOptions.MOST_FOR_AN_ANSWER);
    WorkerSettings settings = options.settings(environment);
    RunCommand.verifyPrices(settings);
    List<Finding> findings = new Checks(settings, endpoint, timeout, FailureLines::line).run();
    findings.forEach(finding -> out.println(finding.line()));
    List<Finding> failed = findings.stream().filter(Finding::failed).toList();
    if (!failed.isEmpty()) {
      throw new Checks.FailedException(failed);
    }
    return ExitCode.DONE;
  }
}

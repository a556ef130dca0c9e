// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a command that sets up topics waits for the brokers. */
final class TimeoutOption {

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Longest wait for the brokers. Default: ${DEFAULT-VALUE}.")
  private long seconds;

  /** The wait; a command that was called wrongly is told so by its options. */
  Duration checked(CommonOptions options) {
    return options.timeout(seconds, CommonOptions.MOST_FOR_AN_ANSWER);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.check.Checks.EndpointProbe;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.config.WorkerSettings;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** The command line in this process, with its surroundings in the test's hand. */
abstract class InProcessCli {

  final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
              "SCHEMA_REGISTRY_URL", "mock://cli"));
  InputStream in = InputStream.nullInputStream();
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();
  final List<WorkerSettings> runs = new ArrayList<>();

  @TempDir Path directory;

  int execute(String... arguments) {
    return execute(
        settings -> {
          runs.add(settings);
          return 0;
        },
        arguments);
  }

  int execute(Cli.Runner runner, String... arguments) {
    return new Cli(
            runner,
            settings -> {},
            (settings, timeout) -> new EndpointProbe.Reply(400, Optional.empty()),
            settings -> request -> List.of(),
            new CommandEnvironment(
                environment, in, new PrintWriter(out, true), new PrintWriter(err, true), false))
        .execute(arguments);
  }
}

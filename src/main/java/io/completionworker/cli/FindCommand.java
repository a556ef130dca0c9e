// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.records.StartAt;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Progress;
import io.completionworker.cli.topics.Instances;
import io.completionworker.cli.view.RequestHistory;
import io.completionworker.cli.view.RequestSearch;
import io.completionworker.config.WorkerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what became of a request. */
@Command(
    name = "find",
    mixinStandardHelpOptions = true,
    description = {
      "Say what became of a request: its records on all topics in the order of their times, and"
          + " whether it is answered, failed, a dead letter, waiting in a worker or not read yet,"
          + " and whether a control cancels or pauses it. A worker that is asked says where a"
          + " pending request is.",
      "It reads the topics from --from on, so a later start is a faster one. Exit code 1 when there"
          + " is no record of it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker find order-4711 --from 2h",
      "  completion-worker find batch:nightly:17:row-17",
      "  completion-worker find completion-requests-3-1042   (a request without an id of its own)"
    })
final class FindCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions options = new CommonOptions();

  @Parameters(
      paramLabel = "REQUEST_ID",
      description = "request_id of the request; without one, TOPIC-PARTITION-OFFSET of its record.")
  private String requestId = "";

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "earliest",
      description =
          "Where to begin: earliest, a time as 2026-01-31T08:00:00Z, or 2h for two hours ago."
              + " Default: ${DEFAULT-VALUE}.")
  private String from = "earliest";

  @Option(
      names = "--instance",
      paramLabel = "HOST:PORT",
      description =
          "Management server of an instance, which says where a pending request is; may be"
              + " repeated. Default: those of management.peers, and of this machine.")
  private List<String> instances = new ArrayList<>();

  @Mixin private final OutputOption output = new OutputOption();

  FindCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    StartAt start = start();
    WorkerSettings settings = options.settings(surroundings.environment());
    Instances asked =
        options.read("--instance", () -> Instances.of(settings.management(), instances));
    RequestHistory history;
    try (Progress progress = surroundings.progress("find", OptionalLong.empty())) {
      history = RequestSearch.find(settings, asked, requestId, start, progress::at);
    }
    output.print(surroundings.out(), history::lines, () -> List.of(history.json()));
    history.notices().forEach(notice -> surroundings.err().println("find: " + notice));
    return history.isFound() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private StartAt start() {
    if (requestId.isBlank()) {
      throw options.wrong("REQUEST_ID is empty");
    }
    return options.start(from);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.control.ControlText;
import io.completionworker.cli.control.ControlTopic;
import io.completionworker.cli.control.ControlTopic.Entry;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.control.Control;
import io.completionworker.control.Selector;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Withdraws controls. */
@Command(
    name = "withdraw",
    mixinStandardHelpOptions = true,
    description = {
      "Withdraw controls by their ids, as `control list` shows them.",
      "What a cancellation has ended stays ended. Exit code 1 when there is no control of an id; the"
          + " others are withdrawn all the same."
    },
    footerHeading = "%nExamples:%n",
    footer = "  completion-worker control withdraw cancel-0a1b2c3d4e5f")
final class WithdrawCommand implements Callable<Integer> {

  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "ID", description = "Ids of controls.")
  private List<String> ids = new ArrayList<>();

  WithdrawCommand(CommandEnvironment surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ControlTopic topic = new ControlTopic(common.settings(surroundings.environment()));
    List<Entry> all = topic.read();
    List<Entry> found = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String id : new LinkedHashSet<>(ids)) {
      find(all, id).ifPresentOrElse(found::add, () -> missing.add(id));
    }
    if (!found.isEmpty()) {
      topic.withdraw(found.stream().map(Entry::id).toList());
    }
    found.forEach(entry -> surroundings.out().println(ControlText.withdrawn(entry)));
    missing.forEach(id -> surroundings.err().println(none(id)));
    return missing.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static Optional<Entry> find(List<Entry> all, String id) {
    return all.stream().filter(entry -> entry.id().equals(id)).findFirst();
  }

  private static String none(String id) {
    return "There is no control " + id + "; see `completion-worker control list`";
  }

  /** Withdraws pauses. */
  @Command(
      name = "resume",
      mixinStandardHelpOptions = true,
      description = {
        "Withdraw the pause of the same requests, or the one with this id.",
        "Exit code 1 when there is none."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  completion-worker control resume --everything",
        "  completion-worker control resume --id pause-0a1b2c3d4e5f"
      })
  static final class Resume implements Callable<Integer> {

    private final CommandEnvironment surroundings;

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final SelectorOptions selecting = new SelectorOptions();

    @Option(names = "--id", paramLabel = "ID", description = "Id of the pause.")
    private @Nullable String id;

    Resume(CommandEnvironment surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      if (id != null && !selecting.isEmpty()) {
        throw common.wrong("--id names a pause; leave the other options or it out");
      }
      String named = id;
      Selector selector = named == null ? selecting.selector() : null;
      ControlTopic topic = new ControlTopic(common.settings(surroundings.environment()));
      List<Entry> all = topic.read();
      List<Entry> found =
          all.stream()
              .filter(entry -> selector == null ? entry.id().equals(named) : isOf(entry, selector))
              .toList();
      PrintWriter err = surroundings.err();
      if (found.isEmpty()) {
        err.println(
            selector == null
                ? none(String.valueOf(named))
                : "There is no pause of "
                    + ControlText.selected(selector)
                    + "; see `completion-worker control list`");
        return ExitCode.FAILED;
      }
      if (!(found.get(0).control() instanceof Control.Pause)) {
        err.println(named + " is no pause; `completion-worker control withdraw` withdraws it");
        return ExitCode.FAILED;
      }
      topic.withdraw(found.stream().map(Entry::id).toList());
      found.forEach(entry -> surroundings.out().println(ControlText.withdrawn(entry)));
      sayWhatHolds(all, found);
      return ExitCode.DONE;
    }

    /** Prints the other pauses that hold, since they may select the same requests. */
    private void sayWhatHolds(List<Entry> all, List<Entry> withdrawn) {
      Instant now = Instant.now();
      for (Entry entry : all) {
        if (entry.control() instanceof Control.Pause pause
            && !withdrawn.contains(entry)
            && !pause.expired(now)) {
          surroundings
              .out()
              .println(
                  "Still paused by " + entry.id() + ": " + ControlText.selected(pause.selector()));
        }
      }
    }

    private static boolean isOf(Entry entry, Selector selector) {
      return entry.control() instanceof Control.Pause pause && pause.selector().equals(selector);
    }
  }
}

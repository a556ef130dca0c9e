// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.avro.Message;
import io.completionworker.avro.Violation;
import io.completionworker.cli.ask.AskedRequest;
import io.completionworker.cli.ask.AskedRequest.Ending;
import io.completionworker.cli.batch.Inspector.RequestCheck;
import io.completionworker.cli.records.RecordsException;
import io.completionworker.cli.terminal.CommandEnvironment;
import io.completionworker.cli.terminal.Interruption;
import io.completionworker.cli.topics.GroupWatch;
import io.completionworker.completion.PrintableText;
import io.completionworker.config.WorkerSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sends one request through the topics, and prints its answer. */
@Command(
    name = "ask",
    mixinStandardHelpOptions = true,
    description = {
      "Publish one request, wait for its outcome and print the answer. A worker has to run.",
      "The answer goes to stdout; tokens, cost, trace and request id go to stderr. A request that"
          + " has failed, or has no outcome in time, is exit code 1. It stays published when this"
          + " command stops: `completion-worker find` says what became of it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  completion-worker ask --model gpt-4o-mini 'Why is the sky blue?'",
      "  completion-worker ask --model gpt-4o-mini --stream --system 'Be brief.' - < question.txt"
    })
final class AskCommand implements Callable<Integer> {

  private final RequestCheck.Source checks;
  private final CommandEnvironment surroundings;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "TEXT", description = "What to ask; - is standard input.")
  private String text = "";

  @Option(
      names = "--model",
      paramLabel = "NAME",
      required = true,
      description = "Model that is asked.")
  private String model = "";

  @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the model.")
  private @Nullable String system;

  @Option(
      names = "--class",
      paramLabel = "NAME",
      description = "Class of the request. Default: that of classes.default.")
  private @Nullable String className;

  @Option(names = "--stream", description = "Print the answer while it comes.")
  private boolean stream;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Wait no longer than this. Default: ${DEFAULT-VALUE}.")
  private long timeoutSeconds;

  AskCommand(RequestCheck.Source checks, CommandEnvironment surroundings) {
    this.checks = checks;
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Duration timeout = common.timeout(timeoutSeconds, CommonOptions.MOST_FOR_OUTCOMES);
    CompletionRequest request = request();
    WorkerSettings all = common.settings(surroundings.environment());
    WorkerSettings settings = common.requestClass(all, className).map(all::of).orElse(all);
    List<Violation> faults = checks.of(settings).violations(request);
    if (!faults.isEmpty()) {
      faults.forEach(one -> say(one.getField() + ": " + one.getMessage()));
      return ExitCode.WRONG;
    }
    try (AskedRequest asked = AskedRequest.open(settings, request, this::print)) {
      return ask(settings, asked, timeout, later(request));
    }
  }

  private CompletionRequest request() throws IOException {
    String question =
        text.equals("-")
            ? new String(surroundings.in().readAllBytes(), StandardCharsets.UTF_8)
            : text;
    if (question.isBlank()) {
      throw common.wrong("TEXT is empty");
    }
    List<Message> messages = new ArrayList<>();
    if (system != null) {
      messages.add(Message.newBuilder().setRole("system").setContent(system).build());
    }
    messages.add(Message.newBuilder().setRole("user").setContent(question).build());
    return CompletionRequest.newBuilder()
        .setRequestId("ask-" + UUID.randomUUID())
        .setModel(model)
        .setMessages(messages)
        .setStream(stream ? Boolean.TRUE : null)
        .build();
  }

  /** Says how to find the outcome after this command has ended. */
  private static String later(CompletionRequest request) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    return "`completion-worker find %s --from %s`".formatted(request.getRequestId(), now);
  }

  private int ask(WorkerSettings settings, AskedRequest asked, Duration timeout, String later) {
    String last = "ask: stopped; the request stays published. What became of it: " + later;
    try (Interruption stop = Interruption.watch(surroundings.err(), () -> last)) {
      asked.publish();
      try (GroupWatch workers = new GroupWatch(List.of(settings))) {
        return await(asked, timeout, workers, stop, later);
      } catch (RecordsException e) {
        say("What became of the request: " + later);
        throw e;
      }
    }
  }

  private int await(
      AskedRequest asked, Duration timeout, GroupWatch workers, Interruption stop, String later) {
    long deadline = System.nanoTime() + timeout.toNanos();
    String why = "";
    while (!stop.asked() && System.nanoTime() - deadline < 0) {
      Optional<Ending> ending = asked.follow(this::say);
      if (ending.isPresent()) {
        return end(ending.get());
      }
      String now = workers.notReadyReason(0);
      if (!now.isEmpty() && why.isEmpty()) {
        say("ask: " + now);
      }
      why = now;
    }
    if (!stop.asked()) {
      say(late(timeout, why) + ". What became of the request: " + later);
    }
    return ExitCode.FAILED;
  }

  private static String late(Duration timeout, String why) {
    return "No outcome within "
        + timeout.toSeconds()
        + " s"
        + (why.isEmpty() ? "" : why.replaceFirst("waiting", ""));
  }

  private int end(Ending ending) {
    say("ask: " + ending.facts());
    ending.failure().ifPresent(why -> say("Failed: " + why));
    return ending.failure().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** Prints a piece of the answer. A model must not be able to move the cursor. */
  private void print(String piece) {
    PrintWriter out = surroundings.out();
    out.print(piece.replaceAll("[\\p{Cc}&&[^\n\t]]", ""));
    out.flush();
  }

  /** Prints a line on stderr. */
  private void say(String line) {
    surroundings.err().println(PrintableText.of(line));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.batch;

import io.completionworker.CompletionWorker;
import io.completionworker.bench.Options;
import io.completionworker.bench.Rig;
import io.completionworker.bench.Settings;
import io.completionworker.bench.Table;
import io.completionworker.bench.process.EndpointProcess;
import io.completionworker.bench.process.JavaProcess;
import io.completionworker.bench.process.Latencies;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A file of batch lines: submitted, worked off by one worker, collected in order.
 *
 * <p>Exit code 0 if each line has its answer, in the order of the file; else 1. System properties:
 * see {@code src/docs/performance-runs.md}.
 */
public final class BatchRun {

  private static final String BATCH = "bench";

  private final int lines = Options.number("lines", 200_000);
  private final List<String> jvm = List.of(Options.text("command.options", "-Xmx96m").split(" "));
  private final Settings settings =
      new Settings(
          lines,
          Options.number("in.flight", 1_000),
          Options.number("latency.ms", 500),
          Options.number("prompt.bytes", 400),
          Options.number("partitions", 6));
  private final PrintStream out;

  private BatchRun(PrintStream out) {
    this.out = out;
  }

  /** Runs it; all parameters are system properties. */
  public static void main(String[] args) throws IOException {
    boolean whole = new BatchRun(System.out).run();
    // Only then: Maven runs this in its own JVM and goes on when it returns.
    if (!whole) {
      System.exit(1);
    }
  }

  private boolean run() throws IOException {
    Path directory = Rig.newDirectory();
    Path input = directory.resolve("requests.jsonl");
    Path output = directory.resolve("answers.jsonl");
    write(input);
    out.printf("%,d lines, %,d MiB, in %s%n", lines, Files.size(input) >> 20, directory);
    try (EndpointProcess endpoint =
            EndpointProcess.start(directory, Latencies.fixed(settings.latencyMillis()));
        Rig rig = new Rig(settings, directory, endpoint.url(), Map.of());
        var worker = rig.startWorker(Map.of())) {
      Path config = config(directory, rig);
      Cost submit = command(directory, config, "submit", input.toString(), "--batch", BATCH);
      Cost collect =
          command(
              directory,
              config,
              "collect",
              "--batch",
              BATCH,
              "--out",
              output.toString(),
              "--ordered");
      worker.stop();
      out.print(
          new Table()
              .row("submit", "%s", submit)
              .row("collect", "%s", collect)
              .row("calls", "%,d", endpoint.end().total()));
    }
    boolean whole = ordered(output);
    out.println(whole ? "  each line has its answer, in order" : "  NOT EVERY LINE HAS ITS ANSWER");
    return whole;
  }

  private void write(Path input) throws IOException {
    String prompt = "word ".repeat(settings.promptBytes() / 5);
    try (BufferedWriter writer = Files.newBufferedWriter(input)) {
      for (int line = 1; line <= lines; line++) {
        writer.write(
            """
            {"custom_id":"c-%d","method":"POST","url":"/v1/chat/completions","body":\
            {"model":"gpt-4o-mini","messages":[{"role":"user","content":"%s"}]}}
            """
                .formatted(line, prompt));
      }
    }
  }

  private static Path config(Path directory, Rig rig) throws IOException {
    String text =
        """
        kafka.bootstrap.servers=%s
        schema.registry.url=%s
        gateway.url=%s
        """
            .formatted(rig.broker().bootstrapServers(), rig.registryUrl(), rig.gatewayUrl());
    return Files.writeString(directory.resolve("commands.properties"), text);
  }

  private Cost command(Path directory, Path config, String name, String... arguments) {
    long began = System.nanoTime();
    List<String> all = new ArrayList<>(List.of(name));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--config", config.toString()));
    try (JavaProcess process =
        JavaProcess.start(
            directory.resolve(name + ".log"), jvm, CompletionWorker.class.getName(), all)) {
      long peak = process.awaitEnd();
      return new Cost(Duration.ofNanos(System.nanoTime() - began), peak);
    }
  }

  private boolean ordered(Path output) throws IOException {
    long line = 0;
    try (BufferedReader reader = Files.newBufferedReader(output)) {
      for (String answer = reader.readLine(); answer != null; answer = reader.readLine()) {
        line++;
        if (!answer.contains("\"custom_id\":\"c-" + line + "\"")) {
          out.printf("line %,d is %s%n", line, answer);
          return false;
        }
      }
    }
    return line == lines;
  }

  /**
   * Of one command.
   *
   * @param peak resident bytes
   */
  private record Cost(Duration took, long peak) {
    @Override
    public String toString() {
      return String.format("%.1f s, %,d MiB resident at most", took.toMillis() / 1e3, peak >> 20);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The endpoint as a process. */
public final class EndpointProcess implements AutoCloseable {

  private final JavaProcess process;
  private final String url;

  private EndpointProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** What was asked of it. */
  public record Calls(long total, int peakOpen) {}

  /** Starts one that answers everything. */
  public static EndpointProcess start(Path directory, Latencies latencies) {
    return start(directory, LeanEndpoint.class, arguments(latencies));
  }

  /**
   * Starts one that has faults.
   *
   * @param faults share of the calls that go wrong
   * @param refusals share of the calls that are refused for a limit
   */
  public static EndpointProcess startFaulty(
      Path directory, Latencies latencies, double faults, double refusals) {
    List<String> shape = arguments(latencies);
    return start(
        directory,
        FaultyEndpoint.class,
        List.of(shape.get(0), shape.get(1), String.valueOf(faults), String.valueOf(refusals)));
  }

  private static EndpointProcess start(Path directory, Class<?> main, List<String> arguments) {
    JavaProcess process =
        JavaProcess.start(
            directory.resolve("endpoint.log"), List.of("-Xmx512m"), main.getName(), arguments);
    Waiting.until("the endpoint is up", process::checkAlive, () -> url(process).isPresent());
    return new EndpointProcess(process, url(process).orElseThrow());
  }

  private static Optional<String> url(JavaProcess process) {
    return process.output().stream().filter(line -> line.startsWith("http")).findFirst();
  }

  private static List<String> arguments(Latencies latencies) {
    return List.of(String.valueOf(latencies.meanMillis()), String.valueOf(latencies.sigma()));
  }

  /** Has it answer like this from now on; only one without faults. */
  public void behave(Latencies latencies) {
    process.tell(String.join(" ", arguments(latencies)));
  }

  /** For {@code gateway.url}. */
  public String url() {
    return url;
  }

  /** CPU time since its start. */
  public Duration cpu() {
    return process.cpu();
  }

  /** Ends it and says what it has counted. */
  public Calls end() {
    process.closeInput();
    List<String> output = process.output();
    String[] counts = output.get(output.size() - 1).split(" ", -1);
    return new Calls(Long.parseLong(counts[0]), Integer.parseInt(counts[1]));
  }

  @Override
  public void close() {
    process.close();
  }
}

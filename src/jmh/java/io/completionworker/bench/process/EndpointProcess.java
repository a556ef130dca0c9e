// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The endpoint as a process. */
public final class EndpointProcess implements AutoCloseable {

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final JavaProcess process;
  private final String url;

  private EndpointProcess(JavaProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /** What was asked of it. */
  public record Calls(long total, int peakOpen) {}

  /**
   * Counts of its calls at one moment.
   *
   * @param open received and not answered
   * @param cut calls whose connection closed before the answer
   * @param repeated calls beyond the first of a request; 0 unless it counts by request
   * @param repeatedUnanswered those of them whose call before had no answer
   */
  public record Counts(long total, long open, long cut, long repeated, long repeatedUnanswered) {

    static Counts parse(String line) {
      long[] n = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
      return new Counts(n[0], n[1], n[2], n[3], n[4]);
    }

    String line() {
      return total + " " + open + " " + cut + " " + repeated + " " + repeatedUnanswered;
    }
  }

  /** Starts one that answers everything. */
  public static EndpointProcess start(Path directory, Latencies latencies) {
    return start(directory, LeanEndpoint.class, arguments(latencies));
  }

  /** Starts one that answers everything and counts by request. */
  public static EndpointProcess startCounting(Path directory, Latencies latencies) {
    List<String> shape = arguments(latencies);
    return start(
        directory, LeanEndpoint.class, List.of(shape.get(0), shape.get(1), CallLedger.BY_REQUEST));
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

  /** Asks for its counts; only one without faults has them. */
  public Counts counts() {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      return Counts.parse(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the endpoint was asked for its counts", e);
    }
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

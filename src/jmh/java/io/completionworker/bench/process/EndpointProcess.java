package io.completionworker.bench.process;

import java.nio.file.Path;
import java.util.List;

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

  /** Starts one that answers everything after this time. */
  public static EndpointProcess start(Path directory, long latencyMillis) {
    JavaProcess process =
        JavaProcess.start(
            directory.resolve("endpoint.log"),
            List.of("-Xmx512m"),
            FixedLatencyEndpoint.class.getName(),
            List.of(String.valueOf(latencyMillis)));
    Waiting.until("the endpoint is up", process::checkAlive, () -> !process.output().isEmpty());
    return new EndpointProcess(process, process.output().get(0));
  }

  /** For {@code gateway.url}. */
  public String url() {
    return url;
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

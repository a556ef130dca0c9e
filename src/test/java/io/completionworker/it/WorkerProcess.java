package io.completionworker.it;

import io.completionworker.CompletionWorker;
import io.completionworker.secrets.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A worker in a process of its own, which can be killed. */
final class WorkerProcess implements AutoCloseable {

  private static final Pattern PAGES = Pattern.compile("metrics are at http://[^:]+:(\\d+)");

  private final Process process;
  private final Path log;

  WorkerProcess(Stand stand, Map<String, String> overrides) {
    log = stand.directory.resolve("worker-" + System.nanoTime() + ".log");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    try {
      process =
          new ProcessBuilder(
                  java,
                  "-Xmx512m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  CompletionWorker.class.getName(),
                  "run",
                  "--config",
                  stand.file(overrides).toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    waitForEnd();
  }

  /** Asks it to stop, as {@code kill} does, and waits for its end. */
  int stop() {
    searchPages();
    process.destroy();
    waitForEnd();
    return process.exitValue();
  }

  boolean alive() {
    return process.isAlive();
  }

  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    searchPages();
    kill();
  }

  /** While they are there; what it has printed is searched with the stand. */
  private void searchPages() {
    Matcher port = PAGES.matcher(output());
    if (process.isAlive() && port.find()) {
      try {
        Pages.search(Integer.parseInt(port.group(1)));
      } catch (UncheckedIOException e) {
        if (process.isAlive()) {
          throw e;
        }
      }
    }
  }

  private void waitForEnd() {
    try {
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The worker did not end: " + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

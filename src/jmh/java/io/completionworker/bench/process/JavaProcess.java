// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JVM, on the class path of this one unless it is given another. Ends with this process. */
public final class JavaProcess implements MeasuredProcess {

  private static final long PATIENCE_SECONDS = 90;
  private static final long LOOK_MILLIS = 100;

  private final Process process;
  private final Path output;
  private @Nullable JvmProbe probe;

  private JavaProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Starts it.
   *
   * @param output file for all that it prints
   */
  public static JavaProcess start(
      Path output, List<String> options, String main, List<String> arguments) {
    return start(output, options, classPath(), main, arguments);
  }

  /** Starts it on a class path of its own. */
  public static JavaProcess start(
      Path output, List<String> options, String classPath, String main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new JavaProcess(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has printed. */
  public List<String> output() {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public long peakResidentBytes() {
    return status("VmHWM:");
  }

  @Override
  public long residentBytes() {
    return status("VmRSS:");
  }

  @Override
  public JvmProbe jvm() {
    JvmProbe open = probe;
    if (open == null) {
      open = JvmProbe.attach(process.pid());
      probe = open;
    }
    return open;
  }

  @Override
  public void checkAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException("A process has ended: " + String.join("\n", output()));
    }
  }

  /**
   * Waits until it ends by itself.
   *
   * @return the most memory it ever had resident, in bytes
   */
  public long awaitEnd() {
    long peak = 0;
    try {
      do {
        peak = Math.max(peak, peakResidentBytes());
      } while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ran", e);
    }
    if (process.exitValue() != 0) {
      throw new IllegalStateException("A process has failed: " + String.join("\n", output()));
    }
    return peak;
  }

  /** Gives it a line of input. */
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells it that nobody listens any more, and waits for its end. */
  void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    waitForEnd();
  }

  @Override
  public void stop() {
    closeProbe();
    process.destroy();
    waitForEnd();
  }

  @Override
  public void close() {
    closeProbe();
    process.destroyForcibly();
    waitForEnd();
  }

  // Before the process ends: its connection would look for it for a while, and complain.
  private void closeProbe() {
    if (probe != null) {
      probe.close();
      probe = null;
    }
  }

  private long status(String name) {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void waitForEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("A process did not end: " + String.join("\n", output()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ended", e);
    }
  }

  /** The directories of the class path of this JVM: its classes without any library. */
  public static String directories() {
    return Arrays.stream(classPath().split(File.pathSeparator, -1))
        .filter(path -> Files.isDirectory(Path.of(path)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The class path of this JVM. */
  // Inside of Maven, java.class.path is Maven's.
  public static String classPath() {
    if (!(JavaProcess.class.getClassLoader() instanceof URLClassLoader loader)) {
      return System.getProperty("java.class.path");
    }
    List<String> paths = new ArrayList<>();
    for (URL url : loader.getURLs()) {
      try {
        paths.add(Path.of(url.toURI()).toString());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
    return String.join(File.pathSeparator, paths);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.fixtures.WorkerJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A command in a process of its own, which can be killed. */
final class CliProcess implements RunningCommand {

  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private final Process process;
  private final Path out;
  private final Path err;
  private long peakBytes;

  /**
   * Starts it.
   *
   * @param directory for what it prints
   * @param heap largest heap, such as 96m
   */
  CliProcess(Path directory, String heap, List<String> arguments) {
    this(directory, commandLine(heap, arguments));
  }

  /** One whose memory or speed is looked at: by the JVM as users have it. */
  static CliProcess asUsersHaveIt(Path directory, String heap, List<String> arguments) {
    return new CliProcess(directory, WorkerJvm.command(List.of("-Xmx" + heap), arguments));
  }

  private CliProcess(Path directory, List<String> command) {
    long number = System.nanoTime();
    out = directory.resolve("out-" + number);
    err = directory.resolve("err-" + number);
    try {
      process =
          new ProcessBuilder(Signals.heard(command))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What starts a command in a process of its own. */
  static List<String> commandLine(String heap, List<String> arguments) {
    return WorkerJvm.quickCommand(List.of("-Xmx" + heap), arguments);
  }

  /** As Ctrl-C does. */
  void interrupt() throws IOException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** Kills it after so long, as {@code kill -9} does; false when it has ended before. */
  boolean killAfter(long millis) throws InterruptedException {
    boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    await();
    return !ended;
  }

  /** Asks it to end, as {@code kill} does. */
  int stop() throws InterruptedException {
    process.destroy();
    return await();
  }

  @Override
  public int await() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      measure();
      if (System.nanoTime() - deadline > 0) {
        process.destroyForcibly();
        throw new IllegalStateException("It did not end: " + err());
      }
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Whether one of its threads has this name, of 15 characters at most; not when it has ended. */
  boolean hasThread(String name) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
      return threads.anyMatch(thread -> nameOf(thread).equals(name));
    } catch (IOException | UncheckedIOException e) {
      return false; // it has just ended
    }
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // it has just ended
    }
  }

  /** The most memory that it had, as far as was seen. */
  long peakBytes() {
    return peakBytes;
  }

  @Override
  public String out() {
    return RunningCommand.read(out);
  }

  @Override
  public String err() {
    return RunningCommand.read(err);
  }

  private void measure() {
    try {
      String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
      Matcher peak = PEAK.matcher(status);
      if (peak.find()) {
        peakBytes = Math.max(peakBytes, Long.parseLong(peak.group(1)) * 1024);
      }
    } catch (IOException e) {
      peakBytes = Math.max(peakBytes, 0); // it has just ended
    }
  }
}

package io.completionworker.it;

import io.completionworker.CompletionWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command in a process of its own, which can be killed. Output and errors go to one file. */
final class CommandProcess implements AutoCloseable {

  private final Process process;
  private final Path log;

  CommandProcess(Stand stand, String heap, List<String> arguments) {
    log = stand.directory.resolve("command-" + System.nanoTime() + ".log");
    try {
      process =
          new ProcessBuilder(commandLine(heap, arguments))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What starts the command. */
  static List<String> commandLine(String heap, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(CompletionWorker.class.getName());
    command.addAll(arguments);
    return command;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Kills it at once, as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
    end();
  }

  /** As Ctrl-C does. */
  void interrupt() throws IOException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
  }

  /** Waits for its end, and returns its exit code. */
  int end() {
    try {
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        throw new IllegalStateException("The command did not end: " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Most memory it had resident, so far; 0 when it has ended. */
  long peakBytes() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
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
    process.destroyForcibly();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.fixtures.WorkerJvm;
import io.completionworker.secrets.Pages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A worker in a process of its own, which can be killed. */
public final class WorkerProcess implements AutoCloseable {

  private static final Pattern PAGES = Pattern.compile("metrics are at http://[^:]+:(\\d+)");

  /** Of {@code start.from}: a worker without that setting. */
  static final String UNDECIDED = "undecided";

  private final Process process;
  private final Path log;
  private final Thread printer;

  /** Starts it, with settings over the stand's. */
  public WorkerProcess(Stand stand, Map<String, String> overrides) {
    this(stand, overrides, Map.of());
  }

  /** Starts it, with variables in its environment too. */
  public WorkerProcess(
      Stand stand, Map<String, String> overrides, Map<String, String> environment) {
    this(stand, overrides, environment, "512m");
  }

  /** Starts it, with another heap than the usual one. */
  WorkerProcess(
      Stand stand, Map<String, String> overrides, Map<String, String> environment, String heap) {
    log = stand.directory.resolve("worker-" + System.nanoTime() + ".log");
    List<String> options =
        List.of("-Xmx" + heap, "-Dlogback.configurationFile=logback.xml"); // not that of tests
    List<String> arguments =
        List.of("run", "--config", stand.file(withStart(overrides)).toString());
    try {
      ProcessBuilder builder =
          new ProcessBuilder(Signals.heard(WorkerJvm.quickCommand(options, arguments)))
              .redirectErrorStream(true);
      builder.environment().putAll(environment);
      process = builder.start();
      Files.createFile(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    printer = new Thread(this::print, "output of a worker");
    printer.setDaemon(true);
    printer.start();
  }

  /** Tests publish first and start then. */
  private static Map<String, String> withStart(Map<String, String> overrides) {
    Map<String, String> all = new HashMap<>(overrides);
    if (!all.remove("start.from", UNDECIDED)) {
      all.putIfAbsent("start.from", "earliest");
    }
    return all;
  }

  /** By a thread of ours, so that a process which may write no files can still say so. */
  private void print() {
    try (InputStream in = process.getInputStream();
        OutputStream out = Files.newOutputStream(log)) {
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends it a signal by its name: {@code STOP} pauses it, {@code CONT} lets it go on. */
  public void signal(String name) {
    try {
      int exit =
          new ProcessBuilder("sh", "-c", "kill -" + name + " " + pid())
              .inheritIO()
              .start()
              .waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Kills it at once, as {@code kill -9} does. */
  public void kill() {
    process.toHandle().destroyForcibly();
    waitForEnd();
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** What it ended with; only of one that is not alive. */
  public int exitCode() {
    return process.exitValue();
  }

  /** Asks it to stop, as {@code kill} does, and waits for its end. */
  public int stop() {
    searchPages();
    process.toHandle().destroy(); // which, unlike the process's own, leaves its output open
    waitForEnd();
    return process.exitValue();
  }

  /** Whether it runs, or is paused. */
  public boolean alive() {
    return process.isAlive();
  }

  /** What it has printed. */
  public String output() {
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
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        throw new IllegalStateException("The worker did not end: " + output());
      }
      printer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}

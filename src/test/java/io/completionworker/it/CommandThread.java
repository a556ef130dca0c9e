// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import io.completionworker.CompletionWorker;
import io.completionworker.cli.terminal.CommandEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A command on a thread of this process, which takes a tenth of the time of a {@link CliProcess}.
 * For one that ends by itself, and whose memory and signals are not looked at.
 */
final class CommandThread implements RunningCommand {

  private final List<String> arguments;
  private final Path out;
  private final Path err;
  private final FutureTask<Integer> exitCode = new FutureTask<>(this::run);
  private final Thread thread;

  /**
   * Starts it.
   *
   * @param directory for what it prints
   */
  CommandThread(Path directory, List<String> arguments) {
    this.arguments = List.copyOf(arguments);
    long number = System.nanoTime();
    try {
      out = Files.createFile(directory.resolve("out-" + number));
      err = Files.createFile(directory.resolve("err-" + number));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = new Thread(exitCode, "command " + arguments.get(0));
    thread.setDaemon(true);
    thread.start();
  }

  private int run() throws IOException {
    try (PrintWriter toScripts = new PrintWriter(Files.newBufferedWriter(out), true);
        PrintWriter toPeople = new PrintWriter(Files.newBufferedWriter(err), true)) {
      CommandEnvironment surroundings =
          new CommandEnvironment(
              System.getenv(), InputStream.nullInputStream(), toScripts, toPeople, false);
      return CompletionWorker.execute(surroundings, arguments.toArray(String[]::new));
    }
  }

  @Override
  public int await() throws InterruptedException {
    try {
      return exitCode.get(5, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      throw new IllegalStateException(arguments + " broke", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(arguments + " did not end: " + err(), e);
    }
  }

  @Override
  public String out() {
    return RunningCommand.read(out);
  }

  @Override
  public String err() {
    return RunningCommand.read(err);
  }

  /** Interrupts it if it has not ended. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a command end in good order when the process is told to end, by Ctrl-C or a signal: the
 * command looks now and then, stops where that is safe, and closes this; then the last line says
 * how to go on. The exit code is the JVM's: 128 and the number of the signal.
 */
public final class Interruption implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 10;

  private final PrintWriter err;
  private final Supplier<String> lastLine;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::interrupt, "interruption");
  private volatile boolean asked;
  private volatile boolean working;

  private Interruption(PrintWriter err, Supplier<String> lastLine) {
    this.err = err;
    this.lastLine = lastLine;
  }

  /**
   * Watches from now on.
   *
   * @param lastLine what was reached and how to go on; asked for on another thread, after close
   */
  public static Interruption watch(PrintWriter err, Supplier<String> lastLine) {
    Interruption interruption = prepare(err, lastLine);
    interruption.begin();
    return interruption;
  }

  /**
   * Watches a command that has nothing to end in good order before it {@link #begin}s: until then
   * the process ends at once, even while the command waits for its input.
   */
  public static Interruption prepare(PrintWriter err, Supplier<String> lastLine) {
    Interruption interruption = new Interruption(err, lastLine);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** From here on the command looks whether it is asked to end, and is given the time. */
  public void begin() {
    working = true;
  }

  /** Whether the process is to end. */
  public boolean asked() {
    return asked;
  }

  /** The command has stopped. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      asked = true; // the hook runs, and has the last word
    }
  }

  private void interrupt() {
    asked = true;
    try {
      if (working) {
        ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.println(lastLine.get());
  }
}

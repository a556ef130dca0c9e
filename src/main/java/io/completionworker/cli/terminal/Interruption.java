// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets a command stop in an orderly way when Ctrl-C or a signal ends the process. The command
 * checks for an interruption regularly, stops where that is safe, and closes this object. Then the
 * last line is printed, which says how to continue. The exit code is that of the JVM: 128 plus the
 * number of the signal.
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
   * Starts to watch for an interruption.
   *
   * @param lastLine says what was reached and how to continue; called on another thread, after
   *     close
   */
  public static Interruption watch(PrintWriter err, Supplier<String> lastLine) {
    Interruption interruption = prepare(err, lastLine);
    interruption.begin();
    return interruption;
  }

  /**
   * Starts to watch a command that has nothing to stop before it calls {@link #begin}. Until then
   * an interruption ends the process at once, even while the command waits for its input.
   */
  public static Interruption prepare(PrintWriter err, Supplier<String> lastLine) {
    Interruption interruption = new Interruption(err, lastLine);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Starts the phase in which the command checks for an interruption and gets time to stop. */
  public void begin() {
    working = true;
  }

  /** Whether the command has been asked to stop. */
  public boolean asked() {
    return asked;
  }

  /** Reports that the command has stopped. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      asked = true; // the hook is running, and prints the last line
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.tally;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far it is: a bar on a terminal, else a line now and then. For one thread. */
public interface Progress extends AutoCloseable {

  /** Takes the counts in; to be called several times a second. */
  void show(Tally tally);

  @Override
  void close();

  /** A bar if standard output is a terminal that wants one. */
  static Progress on(PrintStream out, Map<String, String> environment, int total) {
    boolean terminal =
        onTerminal()
            && !environment.containsKey("CI")
            && !environment.containsKey("NO_COLOR")
            && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return terminal ? new Bar(total) : new Lines(out);
  }

  @SuppressWarnings("SystemConsoleNull") // asked for the newer JVMs, too
  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // since Java 22 there is a console without a terminal, and this method to tell
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** What is known beside the number. */
  private static String details(Tally tally) {
    return "%d answered, %d failed".formatted(tally.responses(), tally.failed());
  }

  /** A bar that redraws itself on standard error. */
  final class Bar implements Progress {

    private final ProgressBar bar;

    Bar(int total) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("Requests")
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }

    @Override
    public void show(Tally tally) {
      bar.stepTo(tally.withOutcome());
      bar.setExtraMessage(" " + details(tally));
    }

    @Override
    public void close() {
      bar.close();
    }
  }

  /** A line every few seconds. */
  final class Lines implements Progress {

    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final PrintStream out;
    private final long start = System.nanoTime();
    private Duration next = INTERVAL;

    Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void show(Tally tally) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (elapsed.compareTo(next) >= 0 || tally.withOutcome() == tally.expected()) {
        next = elapsed.plus(INTERVAL);
        out.printf(
            "  %3d s  %4d of %d  (%s)%n",
            elapsed.toSeconds(), tally.withOutcome(), tally.expected(), details(tally));
      }
    }

    @Override
    public void close() {
      // nothing to end
    }
  }
}

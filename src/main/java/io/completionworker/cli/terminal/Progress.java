// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Shows the progress of a task: on a terminal one line that is redrawn, elsewhere a plain line from
 * time to time. Draws only when it is called, so it needs no thread. Thread-safe.
 */
public final class Progress implements AutoCloseable {

  private final PrintWriter err;
  private final LongSupplier nanos;
  private final Drawing drawing;
  private final long interval;
  private final boolean terminal;
  private Pace pace;
  private long drawn;
  private boolean closed;
  private String note = "";

  Progress(
      PrintWriter err, boolean terminal, Drawing drawing, OptionalLong total, LongSupplier nanos) {
    this.err = err;
    this.terminal = terminal;
    this.drawing = drawing;
    this.nanos = nanos;
    this.interval = (terminal ? Duration.ofMillis(100) : Duration.ofSeconds(10)).toNanos();
    this.pace = Pace.start(nanos.getAsLong(), total);
    this.drawn = pace.started() - (terminal ? interval : 0);
  }

  /**
   * Shows the progress of a task.
   *
   * @param environment variables, of which {@code NO_COLOR} is respected, and {@code COLUMNS} if
   *     the width is not known
   * @param terminal whether {@code err} is a terminal
   * @param task one word with which the line begins
   * @param total empty if it is not known yet
   */
  public static Progress on(
      PrintWriter err,
      Map<String, String> environment,
      boolean terminal,
      String task,
      OptionalLong total) {
    return on(err, TerminalWidth.of(environment), environment, terminal, task, total);
  }

  static Progress on(
      PrintWriter err,
      IntSupplier width,
      Map<String, String> environment,
      boolean terminal,
      String task,
      OptionalLong total) {
    Drawing drawing = terminal ? Drawing.Bar.of(width, environment, task) : new Drawing.Line(task);
    return new Progress(err, terminal, drawing, total, System::nanoTime);
  }

  /**
   * Sets how many items are done. The first call sets where the task begins, which is not 0 if it
   * continues earlier work. The rate is measured from there.
   */
  public synchronized void at(long done) {
    long now = nanos.getAsLong();
    pace = pace.at(done, now);
    if (!closed && now - drawn >= interval) {
      drawn = now;
      draw(false);
    }
  }

  /**
   * Sets why the task is delayed. Shows the beginning and the end of a delay at once. If the line
   * has no room for the text, prints it on its own line.
   *
   * @param text why the task is delayed; empty if it is not
   */
  public synchronized void note(String text) {
    boolean begins = note.isEmpty() && !text.isEmpty();
    boolean ends = !note.isEmpty() && text.isEmpty();
    note = text;
    if (closed || !(begins || ends)) {
      return;
    }
    drawn = nanos.getAsLong();
    if (begins && !drawing.fits(pace, text)) {
      say(text);
    } else {
      draw(false);
    }
  }

  /** Sets the total number of items. */
  public synchronized void total(long total) {
    pace = pace.of(total);
  }

  /** Prints a message on its own line, above the progress. */
  public synchronized void say(String line) {
    if (terminal && !closed) {
      err.print("\r\u001b[K");
    }
    err.println(line);
    if (terminal && !closed) {
      draw(false);
    }
  }

  /** Draws the final state. If no items are done, leaves no line instead. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    note = "";
    pace = pace.at(pace.done(), nanos.getAsLong());
    if (pace.done() > 0) {
      draw(true);
    } else if (terminal) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }

  private void draw(boolean last) {
    String line = drawing.draw(pace, note);
    if (!terminal) {
      err.println(line);
    } else if (last) {
      err.println("\r" + line + "\u001b[K");
    } else {
      err.print("\r" + line + "\u001b[K");
      err.flush();
    }
  }

  /**
   * How much of a task is done, and at which rate.
   *
   * @param started when the task began, in nanoseconds of {@link System#nanoTime}
   * @param now time of this state, by the same clock
   * @param first how many items were done when the task began; negative until the first count is
   *     set
   */
  record Pace(long started, long now, long first, long done, OptionalLong total) {

    static Pace start(long now, OptionalLong total) {
      return new Pace(now, now, -1, 0, total);
    }

    Pace at(long count, long time) {
      return first < 0
          ? new Pace(time, time, count, count, total)
          : new Pace(started, time, first, count, total);
    }

    Pace of(long all) {
      return new Pace(started, now, first, done, OptionalLong.of(all));
    }

    Duration elapsed() {
      return Duration.ofNanos(now - started);
    }

    /** Returns how many items were done per second since the task began. */
    double rate() {
      double seconds = elapsed().toNanos() / 1e9;
      return first < 0 || seconds <= 0 ? 0 : (done - first) / seconds;
    }

    /** Returns the percentage of the total, from 0 to 100; empty if there is no total. */
    OptionalLong percent() {
      if (total.isEmpty()) {
        return OptionalLong.empty();
      }
      long all = total.getAsLong();
      return OptionalLong.of(all <= 0 ? 100 : Math.min(100, done * 100 / all));
    }

    /** Returns how many seconds the rest takes at this rate; empty if that is not known. */
    OptionalLong secondsLeft() {
      double rate = rate();
      if (total.isEmpty() || rate <= 0) {
        return OptionalLong.empty();
      }
      return OptionalLong.of((long) Math.ceil(Math.max(0, total.getAsLong() - done) / rate));
    }

    /** Returns the rate as text. */
    String shownRate() {
      double rate = rate();
      return rate > 0 && rate < 10
          ? String.format(Locale.ROOT, "%.1f/s", rate)
          : Math.round(rate) + "/s";
    }
  }
}

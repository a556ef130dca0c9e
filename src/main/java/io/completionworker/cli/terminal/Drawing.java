// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

import java.util.Map;
import java.util.function.IntSupplier;

/** Draws the state of a task, as a bar on a terminal or as a line of a log. */
interface Drawing {

  /**
   * Returns one line, without its line end.
   *
   * @param note why the task is delayed; empty if it is not
   */
  String draw(Progress.Pace pace, String note);

  /** Whether the line has room for the whole note. */
  default boolean fits(Progress.Pace pace, String note) {
    return true;
  }

  /**
   * A line with a bar, never longer than the terminal is wide. Parts that do not fit are left out:
   * first the bar, then the time, then the rate.
   *
   * @param width columns of the terminal
   */
  record Bar(String task, IntSupplier width, boolean color) implements Drawing {

    private static final int LONGEST_BAR = 40;
    private static final int SHORTEST_BAR = 8;
    private static final String GREEN = "\u001b[32m";
    private static final String PLAIN = "\u001b[0m";

    static Bar of(IntSupplier width, Map<String, String> environment, String task) {
      // as no-color.org defines it: set to a text that is not empty
      return new Bar(task, width, environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    @Override
    public String draw(Progress.Pace pace, String note) {
      boolean counted = pace.total().isPresent();
      String head = counted ? task + " " + pace.percent().orElse(0) + "%" : task;
      String count = " " + pace.done() + (counted ? "/" + pace.total().getAsLong() : "");
      // a terminal wraps when its last column is written
      int room = Math.max(0, width.getAsInt() - 1);
      if (!note.isEmpty()) {
        return cut(head + count + " " + note, room);
      }
      int left = room - head.length() - count.length();
      String tail = count;
      String rate = " " + pace.shownRate();
      if (left >= rate.length()) {
        tail += rate;
        left -= rate.length();
        String time = time(pace);
        if (left >= time.length()) {
          tail += time;
          left -= time.length();
        }
      }
      int bar = Math.min(LONGEST_BAR, left - 3);
      return counted && bar >= SHORTEST_BAR
          ? head + " " + bar(pace, bar) + tail
          : cut(head + tail, room);
    }

    @Override
    public boolean fits(Progress.Pace pace, String note) {
      String whole = draw(pace, note);
      return whole.endsWith(note);
    }

    private static String cut(String line, int room) {
      return line.length() <= room ? line : line.substring(0, room);
    }

    private static String time(Progress.Pace pace) {
      long left = pace.secondsLeft().orElse(0);
      return left > 0
          ? " ETA " + CountedText.clock(left)
          : " in " + CountedText.clock(pace.elapsed().toSeconds());
    }

    private String bar(Progress.Pace pace, int columns) {
      int filled = (int) (pace.percent().orElse(0) * columns / 100);
      String full = "=".repeat(filled);
      String empty = "-".repeat(columns - filled);
      return color ? "[" + GREEN + full + PLAIN + empty + "]" : "[" + full + empty + "]";
    }
  }

  /** A plain line, as in a log. */
  record Line(String task) implements Drawing {

    @Override
    public String draw(Progress.Pace pace, String note) {
      StringBuilder line = new StringBuilder(task).append(": ").append(pace.done());
      if (pace.total().isPresent()) {
        line.append(" of ").append(pace.total().getAsLong());
        line.append(" (").append(pace.percent().orElse(0)).append(" %)");
      }
      line.append(", ").append(pace.shownRate());
      line.append(", ").append(CountedText.clock(pace.elapsed().toSeconds())).append(" passed");
      if (pace.secondsLeft().isPresent() && pace.secondsLeft().getAsLong() > 0) {
        line.append(", ").append(CountedText.clock(pace.secondsLeft().getAsLong())).append(" left");
      }
      if (!note.isEmpty()) {
        line.append("; ").append(note);
      }
      return line.toString();
    }
  }
}

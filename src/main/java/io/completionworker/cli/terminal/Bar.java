package io.completionworker.cli.terminal;

import java.util.Map;

/**
 * A state as a line of a terminal. What does not fit is left out: first the bar, then the time,
 * then the rate.
 *
 * @param columns of the terminal
 */
record Bar(String task, int columns, boolean color) implements Progress.Drawing {

  private static final int USUAL_COLUMNS = 80;
  private static final int LONGEST_BAR = 40;
  private static final int SHORTEST_BAR = 8;
  private static final String GREEN = "\u001b[32m";
  private static final String PLAIN = "\u001b[0m";

  static Bar of(Map<String, String> environment, String task) {
    String columns = environment.getOrDefault("COLUMNS", "");
    int width = columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
    // as no-color.org has it: set to anything but the empty text
    return new Bar(task, width, environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  @Override
  public String draw(Pace pace) {
    boolean counted = pace.total().isPresent();
    String head = counted ? task + " " + pace.percent().orElse(0) + "%" : task;
    String count = " " + pace.done() + (counted ? "/" + pace.total().getAsLong() : "");
    String rate = " " + pace.shownRate();
    String time = time(pace);
    // a terminal wraps when its last column is written
    int room = columns - 1 - head.length() - count.length();
    String tail = count;
    if (room >= rate.length()) {
      tail += rate;
      room -= rate.length();
      if (room >= time.length()) {
        tail += time;
        room -= time.length();
      }
    }
    int bar = Math.min(LONGEST_BAR, room - 3);
    String line = head + (counted && bar >= SHORTEST_BAR ? " " + bar(pace, bar) : "") + tail;
    return bar < SHORTEST_BAR && line.length() > columns - 1
        ? line.substring(0, Math.max(0, columns - 1))
        : line;
  }

  private static String time(Pace pace) {
    long left = pace.secondsLeft().orElse(0);
    return left > 0 ? " ETA " + Pace.clock(left) : " in " + Pace.clock(pace.elapsed().toSeconds());
  }

  private String bar(Pace pace, int width) {
    int filled = (int) (pace.percent().orElse(0) * width / 100);
    String full = "=".repeat(filled);
    String empty = "-".repeat(width - filled);
    return color ? "[" + GREEN + full + PLAIN + empty + "]" : "[" + full + empty + "]";
  }
}

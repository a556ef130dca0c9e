// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.terminal;

/** A state as a line of a log. */
record Line(String task) implements Progress.Drawing {

  @Override
  public String draw(Pace pace, String note) {
    StringBuilder line = new StringBuilder(task).append(": ").append(pace.done());
    if (pace.total().isPresent()) {
      line.append(" of ").append(pace.total().getAsLong());
      line.append(" (").append(pace.percent().orElse(0)).append(" %)");
    }
    line.append(", ").append(pace.shownRate());
    line.append(", ").append(Pace.clock(pace.elapsed().toSeconds())).append(" passed");
    if (pace.secondsLeft().isPresent() && pace.secondsLeft().getAsLong() > 0) {
      line.append(", ").append(Pace.clock(pace.secondsLeft().getAsLong())).append(" left");
    }
    if (!note.isEmpty()) {
      line.append("; ").append(note);
    }
    return line.toString();
  }
}

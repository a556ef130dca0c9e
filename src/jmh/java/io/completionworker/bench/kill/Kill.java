// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.kill;

import io.completionworker.bench.process.EndpointProcess;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One kill and the recovery from it.
 *
 * @param rateBefore committed outcomes per second right before the kill
 * @param before counts of the endpoint right before the kill
 */
record Kill(double rateBefore, EndpointProcess.Counts before, Recovery recovery) {

  static final String[] COLUMNS = {
    "`async.offsets`",
    "Kill",
    "In flight",
    "Made again",
    "In flight and a commit interval",
    "Rate before, 1/s",
    "To first outcome, s",
    "To half the rate, s",
    "To 90 % of the rate, s"
  };

  /**
   * Times from the kill.
   *
   * @param first to the first committed outcome of the next process
   * @param half to the end of the first second with half of the outcomes per second before
   * @param ninety the same with 90 %
   */
  record Recovery(Duration first, Duration half, Duration ninety) {}

  /** Calls that were open, and calls that one commit interval answers. */
  double bound(int commitMillis) {
    return before.open() + rateBefore * commitMillis / 1_000;
  }

  List<String> cells(String offsets, int number, long repeated, int commitMillis) {
    return List.of(
        "`" + offsets + "`",
        format("%d", number),
        format("%,d", before.open()),
        format("%,d", repeated),
        format("%,.0f", bound(commitMillis)),
        format("%,.0f", rateBefore),
        seconds(recovery.first),
        seconds(recovery.half),
        seconds(recovery.ninety));
  }

  private static String seconds(Duration duration) {
    return format("%.1f", duration.toMillis() / 1e3);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

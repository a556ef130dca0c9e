// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.avro.UsageWindow;
import io.completionworker.it.UsageSums.Sums;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last revisions of all usage windows add up to the usage rows; no revision comes twice. */
final class UsageSummed implements Guarantee {

  private final Map<String, Sums> rows = new TreeMap<>();
  private final Map<String, UsageWindow> last = new HashMap<>();
  private final List<String> outOfTurn = new ArrayList<>();
  private long calls;

  @Override
  public void used(CompletionUsage row) {
    calls++;
    rows.merge(String.valueOf(row.getEndUser()), Sums.of(row), Sums::plus);
  }

  @Override
  public void summed(String key, UsageWindow window) {
    UsageWindow before = last.put(key, window);
    int expected = before == null ? 0 : before.getRevision() + 1;
    if (window.getRevision() != expected) {
      outOfTurn.add(key + ": revision " + window.getRevision() + " in place of " + expected);
    }
  }

  @Override
  public boolean complete() {
    return last.values().stream().mapToLong(UsageWindow::getCalls).sum() == calls;
  }

  @Override
  public void check() {
    Map<String, Sums> windows = new TreeMap<>();
    last.values()
        .forEach(window -> windows.merge(window.getEndUser(), Sums.of(window), Sums::plus));
    assertThat(outOfTurn).as("revisions").isEmpty();
    assertThat(windows).as("sums of windows by user, against those of rows").isEqualTo(rows);
  }

  @Override
  public String toString() {
    return calls + " usage rows, as many in the windows";
  }
}

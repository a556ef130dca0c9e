// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An instance that lives through faults has, in the end, the heap and threads it began with. */
final class NothingLeaks implements Guarantee {

  /** Pending requests, answers and caches come and go. */
  private static final long MORE_BYTES = 64L << 20;

  /** Of clients that reconnect, and of the measuring itself. */
  private static final int MORE_THREADS = 16;

  private final Map<Long, List<Footprint>> byProcess = new LinkedHashMap<>();

  @Override
  public void measured(Footprint footprint) {
    byProcess.computeIfAbsent(footprint.pid(), pid -> new ArrayList<>()).add(footprint);
  }

  @Override
  public void check() {
    byProcess.forEach(
        (pid, footprints) -> {
          Footprint first = footprints.get(0);
          Footprint last = footprints.get(footprints.size() - 1);
          assertThat(last.heapBytes())
              .as("heap in use after a collection, of all %s", footprints)
              .isLessThanOrEqualTo(first.heapBytes() + MORE_BYTES);
          assertThat(last.threads())
              .as("threads, of all %s", footprints)
              .isLessThanOrEqualTo(first.threads() + MORE_THREADS);
        });
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("heap after a collection and threads, first and last:");
    byProcess.forEach(
        (pid, all) -> {
          Footprint first = all.get(0);
          Footprint last = all.get(all.size() - 1);
          text.append(
              " %d MiB and %d, %d MiB and %d (measured %d times);"
                  .formatted(
                      first.heapBytes() >> 20,
                      first.threads(),
                      last.heapBytes() >> 20,
                      last.threads(),
                      all.size()));
        });
    return text.toString();
  }
}

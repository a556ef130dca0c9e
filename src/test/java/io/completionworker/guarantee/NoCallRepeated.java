// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A call that was answered is never repeated: of runs in which no process ends and no partition
 * goes to another one. What counts as a repeat is as in {@link RepeatsBounded}.
 */
final class NoCallRepeated implements Guarantee {

  private final Map<Integer, Call> last = new HashMap<>();
  private final List<String> repeated = new ArrayList<>();
  private int disturbances;

  @Override
  public void disturbed() {
    disturbances++;
  }

  @Override
  public void called(Call call) {
    Call before = last.put(call.request(), call);
    if (before != null
        && before.answered()
        && call.nanos() - before.nanos() < Gateway.PATIENCE.toNanos()) {
      repeated.add("%s after %s, disturbance %d".formatted(call, before, disturbances));
    }
  }

  @Override
  public void check() {
    assertThat(repeated).as("answered calls that were repeated").isEmpty();
  }

  @Override
  public String toString() {
    return "no answered call repeated in %d disturbances".formatted(disturbances);
  }
}

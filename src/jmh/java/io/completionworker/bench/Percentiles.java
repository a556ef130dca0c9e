// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Times by rank.
 *
 * @param ascending in milliseconds
 */
public record Percentiles(List<Long> ascending) {

  /** Of times in any order. */
  public static Percentiles of(LongStream millis) {
    return new Percentiles(millis.sorted().boxed().toList());
  }

  /** The time that this share does not exceed; 0 of none. */
  public long at(double share) {
    int rank = (int) Math.ceil(share * ascending.size());
    return ascending.isEmpty() ? 0 : ascending.get(Math.max(0, rank - 1));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management;

import io.completionworker.completion.Wait;
import java.util.List;

/**
 * Whether something is as it should be.
 *
 * @param reasons why it is not, or what is worth a word though it is up; no secrets
 * @param waits what requests wait for, whether it is up or not
 */
public record Health(boolean up, List<String> reasons, List<Wait> waits) {

  /** All is well. */
  public static final Health UP = new Health(true, List.of());

  /** Copies are kept. */
  public Health {
    reasons = List.copyOf(reasons);
    waits = List.copyOf(waits);
  }

  /** Without waits. */
  public Health(boolean up, List<String> reasons) {
    this(up, reasons, List.of());
  }

  /** Something is wrong. */
  public static Health down(String... reasons) {
    return new Health(false, List.of(reasons));
  }
}

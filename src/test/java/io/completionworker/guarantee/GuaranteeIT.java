// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every guarantee under every fault of instances, of their clocks and of what they need. */
@Tag("long")
@Tag("heavy")
class GuaranteeIT {

  @Test
  void shouldKeepEveryGuaranteeUnderFire() {
    FireRun.ofInstances(Asked.seed(), Asked.atLeast(), System.out::println).play();
  }
}

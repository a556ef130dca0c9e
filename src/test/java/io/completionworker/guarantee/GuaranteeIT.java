// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every guarantee under every fault of instances, brokers and clocks. */
@Tag("long")
class GuaranteeIT {

  @Test
  void shouldKeepEveryGuaranteeUnderFire() {
    FireRun.ofAll(Asked.seed(), Asked.atLeast(), System.out::println).play();
  }
}

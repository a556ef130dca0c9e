// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The guarantees of a process that lives, while the network between it and the brokers fails. */
@Tag("long")
@Tag("heavy")
class NetworkGuaranteeIT {

  @Test
  void shouldRepeatNoCallWhileOnlyTheNetworkFails() {
    FireRun.ofNetwork(Asked.seed(), Asked.atLeast(), System.out::println).play();
  }
}

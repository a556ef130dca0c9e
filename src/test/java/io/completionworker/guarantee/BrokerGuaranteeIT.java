// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every guarantee while brokers and controllers fail, and the network to them. */
@Tag("long")
@Tag("heavy")
class BrokerGuaranteeIT {

  @Test
  void shouldKeepEveryGuaranteeWhileBrokersFail() {
    FireRun.ofBrokers(Asked.seed(), Asked.atLeast(), System.out::println).play();
  }
}

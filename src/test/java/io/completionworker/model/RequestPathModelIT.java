// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Setting.Variant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The largest setting of the model, with a million states: some ten seconds. */
@Tag("long")
class RequestPathModelIT {

  @Test
  void shouldKeepEveryInvariantWithEveryDisturbanceInTwoProcesses() {
    Exploration exploration = new Exploration(Settings.TWO_PROCESSES.with(Variant.STORE_FIRST));

    assertThat(exploration.run()).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Setting.Variant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The large settings of the model, with up to a million states: some ten seconds each. */
@Tag("long")
@Tag("heavy")
class RequestPathModelIT {

  static Stream<Arguments> settings() {
    return Arrays.stream(Settings.values())
        .flatMap(
            setting ->
                Stream.of(Variant.values())
                    .filter(setting::isLarge)
                    .filter(variant -> isWorthItsTime(setting, variant))
                    .map(variant -> Arguments.of(setting, variant)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void shouldKeepEveryInvariantWithEveryDisturbance(Settings setting, Variant variant) {
    assertThat(new Exploration(setting.with(variant)).run()).isEmpty();
  }

  /** The largest of all in its other variant would take minutes. */
  private static boolean isWorthItsTime(Settings setting, Variant variant) {
    return setting != Settings.TWO_PROCESSES || variant == Variant.STORE_FIRST;
  }
}

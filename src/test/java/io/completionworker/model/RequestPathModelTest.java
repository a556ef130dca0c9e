// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Setting.Variant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order in which a few requests can be read, called, answered, forwarded and committed while
 * transactions are aborted, processes die and partitions move. A setting has some thousand to some
 * hundred thousand states, which take seconds at most; nothing depends on how many there are or how
 * long they take. {@link RequestPathModelIT} explores the large settings.
 */
class RequestPathModelTest {

  static Stream<Arguments> settings() {
    return Arrays.stream(Settings.values())
        .flatMap(
            setting ->
                Stream.of(Variant.values())
                    .filter(variant -> !setting.isLarge(variant))
                    .map(variant -> Arguments.of(setting, variant)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void shouldKeepEveryInvariantWhateverHappensFirst(Settings setting, Variant variant) {
    Exploration exploration = new Exploration(setting.with(variant));

    Optional<Exploration.Violation> violation = exploration.run();

    assertThat(violation).isEmpty();
    assertThat(exploration.size()).as("states").isGreaterThan(1_000);
  }
}

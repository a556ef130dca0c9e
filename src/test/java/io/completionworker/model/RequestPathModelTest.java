// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.model.Setting.Variant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every order in which a few requests can be read, called, answered, forwarded and committed while
 * transactions are aborted, processes die and partitions move. Each setting has some ten thousand
 * to some hundred thousand states, which take a second or a few; nothing here depends on how many.
 */
class RequestPathModelTest {

  static Stream<Arguments> settings() {
    return Stream.of(Variant.values())
        .flatMap(
            variant ->
                Stream.of(Settings.values())
                    .map(setting -> Arguments.of(setting, variant)));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void shouldKeepEveryInvariantWhateverHappensFirst(Settings setting, Variant variant) {
    Exploration exploration = new Exploration(setting.with(variant));
    long t = System.nanoTime();
    Optional<Exploration.Violation> violation = exploration.run();
    System.err.println(setting + " " + variant + " " + exploration.size() + " states " + (System.nanoTime() - t) / 1000000 + " ms");

    assertThat(violation).as(() -> violation.map(Object::toString).orElse("")).isEmpty();
    assertThat(exploration.size()).isGreaterThan(1_000);
  }
}

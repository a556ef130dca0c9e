// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextCounterTest {

  private final List<String> asked = new ArrayList<>();

  /** An encoding with a token for every character. */
  private final TextCounter exact = new TextCounter(this::everyChar);

  private final TextCounter bySize = new TextCounter(null);

  private int everyChar(String text) {
    asked.add(text);
    return text.length();
  }

  private long askedBytes() {
    return asked.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum();
  }

  @ParameterizedTest
  @CsvSource({"a, 1", "abcd, 1", "abcde, 2", "ééé, 2", "日本, 2", "\uD83D\uDE80\uD83D\uDE80, 2"})
  void shouldTakeFourBytesForATokenWithoutAnEncoding(String text, long tokens) {
    assertThat(bySize.count(text)).isEqualTo(tokens);
    assertThat(TextCounter.bySize(text)).isEqualTo(tokens);
  }

  @Test
  void shouldCountNothingAsNothing() {
    assertThat(exact.count(null)).isZero();
    assertThat(exact.count("")).isZero();
    assertThat(bySize.count(null)).isZero();
    assertThat(TextCounter.bySize(null)).isZero();
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldCountExactlyUpToTheBound() {
    String half = "a".repeat(TextCounter.MOST_COUNTED / 2);

    assertThat(exact.count(half) + exact.count(half)).isEqualTo(TextCounter.MOST_COUNTED);
    assertThat(asked).containsExactly(half, half);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "é", "日", "\uD83D\uDE80", "\uD83D"})
  void shouldBoundTheWorkForAHugeText(String unit) {
    long tokens = exact.count(unit.repeat(5_000_000));

    assertThat(askedBytes()).isBetween(1L, (long) TextCounter.MOST_COUNTED);
    assertThat(tokens).as("as the counted part").isBetween(4_900_000L, 10_000_000L);
  }

  @Test
  void shouldBoundTheWorkForManyTextsOfARequest() {
    for (int i = 0; i < 10_000; i++) {
      exact.count("x".repeat(1_000));
    }

    assertThat(askedBytes()).isLessThanOrEqualTo(TextCounter.MOST_COUNTED);
    assertThat(asked).hasSizeLessThan(100);
  }

  @Test
  void shouldTakeWhatIsBeyondForLikeWhatWasCounted() {
    exact.count("x".repeat(TextCounter.MOST_COUNTED));

    assertThat(exact.count("y".repeat(1_000))).isEqualTo(1_000);
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldNotLetAnEmptyBeginningHideTheRest() {
    TextCounter spaces = new TextCounter(text -> 1);

    assertThat(spaces.count("z".repeat(4_000_000))).isBetween(990_000L, 1_000_001L);
  }
}

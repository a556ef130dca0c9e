// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonEndTest {

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"a\": [1]}", "{\"a\": \"}\"}", "}{}", "]} {\"a\": 1}"})
  void shouldFindTheEndOfAnObjectWhateverPrecedesIt(String text) {
    JsonEnd end = new JsonEnd();
    for (int i = 0; i < text.length(); i++) {
      assertThat(end.reached()).isFalse();
      end.read(text.substring(i, i + 1));
    }

    assertThat(end.reached()).isTrue();
    assertThat(end.open()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "}", "]]", "}{", "{\"a\": \"}"})
  void shouldFindNoEndWhereNoObjectEnds(String text) {
    JsonEnd end = new JsonEnd();
    end.read(text);

    assertThat(end.reached()).isFalse();
  }
}

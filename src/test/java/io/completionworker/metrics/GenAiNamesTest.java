package io.completionworker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenAiNamesTest {

  @ParameterizedTest
  @CsvSource({
    "false, , V1_36",
    "false, '', V1_36",
    "false, http, V1_36",
    "false, gen_ai_latest_experimental, LATEST",
    "false, 'http/dup, gen_ai_latest_experimental', LATEST",
    "false, xgen_ai_latest_experimental, V1_36",
    "true, , LATEST"
  })
  void shouldStayAtTheOldNamesUntilItIsAsked(
      boolean configured, @Nullable String optIn, GenAiNames expected) {
    assertThat(GenAiNames.of(configured, optIn)).isEqualTo(expected);
  }
}

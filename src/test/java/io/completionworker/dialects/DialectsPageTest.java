// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DialectsPageTest {

  private static final Path PAGE = Path.of("src", "docs", "dialects.md");

  private final List<DialectCase> cases = CaseFile.all();

  @Test
  void shouldShowWhatTheCasesProve() throws IOException {
    String page = DialectsPage.markdown(cases);

    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).as("made by: " + DialectsPage.COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("out of date, rewrite with: " + DialectsPage.COMMAND)
        .isEqualTo(page);
  }

  @Test
  void shouldSayOfEveryDialectWhatIsRead() {
    assertThat(cases.stream().flatMap(each -> each.dialect().stream()).collect(Collectors.toSet()))
        .allSatisfy(
            name ->
                assertThat(cases)
                    .as(name)
                    .anyMatch(each -> each.dialect().contains(name) && !each.reads().isEmpty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Google Gemini",
        "Anthropic",
        "OpenRouter",
        "Mistral",
        "Groq",
        "DeepSeek",
        "Cohere",
        "Perplexity",
        "Together"
      })
  void shouldHaveSeenAFaultOfEachProviderBehindTheGateway(String provider) {
    List<DialectCase> seen =
        cases.stream()
            .filter(each -> each.dialect().contains(provider + DialectsPage.BEHIND_GATEWAY))
            .toList();

    assertThat(seen).anyMatch(each -> each.stream() && each.isAnswered());
    assertThat(seen).anyMatch(each -> each.stream() && !each.isAnswered());
    assertThat(seen).anyMatch(each -> !each.stream() && each.isAnswered());
    assertThat(seen).anyMatch(each -> !each.stream() && !each.isAnswered());
  }
}

package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  private static final Path PAGE = Path.of("src", "docs", "configuration.md");

  private static final String COMMAND =
      "mvn -q test -Dtest=ConfigurationPageTest -Dpages.write=true";

  @Test
  void shouldBeThePageThatTheDefinitionPrints() throws IOException {
    if (Boolean.getBoolean("pages.write")) {
      Files.createDirectories(PAGE.toAbsolutePath().getParent());
      Files.writeString(PAGE, ConfigurationPage.markdown());
    }

    assertThat(PAGE).as("made by: " + COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("src/docs/configuration.md is out of date, rewrite it with: " + COMMAND)
        .isEqualTo(ConfigurationPage.markdown());
  }

  @Test
  void shouldListEveryKey() {
    assertThat(ConfigurationPage.markdown())
        .contains(
            WorkerConfig.definition().names().stream().map(key -> "| `" + key + "` |").toList());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
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

  /** What the registry's client reads under its prefix. */
  @Test
  void shouldNameNoKeyOfTheRegistryThatIsUnknown() {
    String page = ConfigurationPage.markdown();
    int from = page.indexOf("`http.connect.timeout.ms`");
    String names = page.substring(from, page.indexOf("stops the start", from));

    assertThat(Pattern.compile("`([a-z]+\\.[a-z.]+[a-z])`").matcher(names).results())
        .hasSizeGreaterThan(15)
        .allMatch(name -> RegistryConfig.known().contains("schema.registry." + name.group(1)));
  }

  @Test
  void shouldListEveryKey() {
    assertThat(ConfigurationPage.markdown())
        .contains(
            WorkerConfig.definition().names().stream().map(key -> "| `" + key + "` |").toList());
  }
}

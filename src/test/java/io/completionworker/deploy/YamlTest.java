// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Of a key that is there twice, some readers take the first, some the last, and some refuse it. */
class YamlTest {

  @Test
  void shouldHaveEveryKeyOnce() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("deploy"))) {
      files =
          all.filter(file -> file.toString().matches(".*\\.ya?ml"))
              .filter(file -> !file.toString().contains("/templates/")) // ChartTest renders them
              .toList();
    }

    assertThat(files).hasSizeGreaterThan(7);
    for (Path file : files) {
      assertThat(Manifests.of(Files.readString(file))).as(file.toString()).isNotNull();
    }
    assertThat(Manifests.of(Files.readString(Path.of("docker-compose.yml")))).isNotNull();
  }

  @Test
  void shouldFindAKeyThatIsThereTwice() {
    assertThatThrownBy(() -> Manifests.of("a: {b: 1, b: 2}\n")).hasMessageContaining("'b'");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LibrariesPageIT {

  private static final Path PAGE = Path.of("src", "docs", "libraries.md");

  @Test
  void shouldBeThePageThatTheBuildMakes() throws IOException {
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, LibrariesPage.markdown());
    }

    assertThat(PAGE).as("made by: " + LibrariesPage.COMMAND).exists();
    assertThat(Files.readString(PAGE))
        .as("src/docs/libraries.md is out of date, rewrite it with: " + LibrariesPage.COMMAND)
        .isEqualTo(LibrariesPage.markdown());
  }

  @Test
  void shouldSayWhatEveryLibraryIsFor() {
    List<LibraryFamily> families = LibraryFamily.all();

    assertThat(ShippedLibrary.all())
        .isNotEmpty()
        .allSatisfy(
            library ->
                assertThat(families)
                    .as(library.artifact())
                    .filteredOn(it -> it.has(library))
                    .hasSize(1));
    assertThat(families)
        .allSatisfy(
            family -> assertThat(ShippedLibrary.all()).as(family.name()).anyMatch(family::has));
  }

  @Test
  void shouldListWhatIsBesideTheJar() {
    assertThat(ShippedLibrary.all())
        .extracting(ShippedLibrary::file)
        .containsExactlyInAnyOrderElementsOf(
            ImageLibraries.jars(Path.of("target", "lib")).stream()
                .map(jar -> String.valueOf(jar.getFileName()))
                .toList());
  }
}

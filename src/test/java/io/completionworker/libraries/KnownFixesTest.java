// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No library is older than a version that fixes a known weakness of it. */
class KnownFixesTest {

  private final List<KnownFix> fixes = KnownFix.all();
  private final List<Library> libraries = Library.onTheClassPath();

  @Test
  void shouldHaveEveryKnownFix() {
    assertThat(fixes)
        .allSatisfy(
            fix ->
                assertThat(libraries)
                    .as("%s: %s", fix.advisory(), fix.weakness())
                    .noneMatch(fix::isMissingIn));
  }

  /** A name that is misspelt, or of a library that is gone, would watch over nothing. */
  @Test
  void shouldKnowEveryLibraryOfTheList() {
    assertThat(fixes)
        .isNotEmpty()
        .allSatisfy(
            fix -> assertThat(libraries).as(fix.artifact()).anyMatch(it -> it.is(fix.artifact())));
  }

  @Test
  void shouldSayOfEveryFixWhatItMends() {
    assertThat(fixes)
        .allSatisfy(fix -> assertThat(fix.advisory()).matches("(CVE|GHSA)-[\\w-]+"))
        .allSatisfy(fix -> assertThat(fix.weakness()).isNotBlank())
        .extracting(KnownFix::advisory)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "4.2.9.Final, true",
    "4.2.14.Final, true",
    "4.2.15.Final, false",
    "4.2.20.Final, false",
    "5.0.0.Final, false"
  })
  void shouldSeeAnOlderVersion(String version, boolean missing) {
    KnownFix fix =
        new KnownFix("io.netty:netty-handler", Version.parse("4.2.15.Final"), "CVE-0", "a flaw");
    Path repository = Path.of("/home/me/.m2/repository/io/netty/netty-handler");
    Library library = new Library(repository.resolve(version).resolve("netty-handler.jar"));

    assertThat(fix.isMissingIn(library)).isEqualTo(missing);
  }

  @Test
  void shouldNotTakeOneLibraryForAnother() {
    Library proxy =
        new Library(Path.of("/repository/io/netty/netty-handler-proxy/4.2.0.Final/it.jar"));

    assertThat(proxy.is("io.netty:netty-handler")).isFalse();
    assertThat(proxy.is("netty:netty-handler-proxy")).isTrue();
  }
}

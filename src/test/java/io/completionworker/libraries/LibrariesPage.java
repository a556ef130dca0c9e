// SPDX-License-Identifier: Apache-2.0
package io.completionworker.libraries;

import io.completionworker.docs.Page;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The page that lists what the worker is shipped with. */
final class LibrariesPage {

  static final String COMMAND =
      "mvn -q verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=LibrariesPageIT"
          + " -Dpages.write=true";

  private static final String PLATFORM = "x86_64";

  private final List<ShippedLibrary> libraries;
  private final Map<String, Long> sizes;

  private LibrariesPage(List<ShippedLibrary> libraries, Map<String, Long> sizes) {
    this.libraries = libraries;
    this.sizes = sizes;
  }

  /** The page as this build's files have it. */
  static String markdown() {
    Map<String, Long> sizes =
        new ImageLibraries(PLATFORM)
            .jars().stream()
                .collect(
                    Collectors.toMap(
                        jar -> String.valueOf(jar.getFileName()), ImageLibraries::size));
    return new LibrariesPage(ShippedLibrary.all(), sizes).text();
  }

  private String text() {
    return """
        # Libraries

        The libraries beside the worker's jar: what each is for, its version, its licence, and its size in the image on
        %s. This command makes the page from the files of the build:

            %s

        `LibrariesPageIT` fails when the page is out of date.

        | Library | For | Version | Licence | MB | Jars |
        |---|---|---|---|---|---|
        %s
        | all | | | | %s | %d |

        ## Licences

        The build fails on a library that is under none of these: %s. A library with more than one licence may be
        used under any of them. `target/third-party/THIRD-PARTY.txt` lists every jar with its home. The image has this list
        under `/opt/completion-worker/third-party`, beside `LICENSE` and `NOTICE`. Licences and notices of the libraries are
        in their jars.

        ## Native code

        RocksDB, zstd, LZ4 and snappy carry native code for every platform. `target/lib` has these jars unchanged, so that
        the worker's jar runs anywhere. The image has only the native code of its own platform, Linux with glibc on x86_64 or
        aarch64; `src/build/image-libraries.xml` says which files. `ImageLibrariesIT` uses each of the four, and keeps the
        libraries of the image under 60 MB.

        ## Known fixes

        `src/build/known-fixes.xml` lists versions that fix a known weakness. `KnownFixesTest` fails if the worker or its
        tests have an older version of a library. The build works offline and asks no database of advisories, so the list is
        only as good as its readers keep it.
        """
        .formatted(PLATFORM, COMMAND, rows(), megabytes(sizes.values()), sizes.size(), allowed());
  }

  private String rows() {
    return LibraryFamily.all().stream().map(this::row).collect(Collectors.joining("\n"));
  }

  private String row(LibraryFamily family) {
    List<ShippedLibrary> members = libraries.stream().filter(family::has).toList();
    List<Long> bytes =
        members.stream().map(member -> sizes.getOrDefault(member.file(), 0L)).toList();
    return "| %s | %s | %s | %s | %s | %d |"
        .formatted(
            family.name(),
            family.purpose(),
            distinct(members, ShippedLibrary::version),
            distinct(members, ShippedLibrary::licences),
            megabytes(bytes),
            members.size());
  }

  private static String distinct(
      List<ShippedLibrary> members, Function<ShippedLibrary, String> property) {
    return members.stream().map(property).distinct().collect(Collectors.joining(", "));
  }

  private static String megabytes(Collection<Long> bytes) {
    double sum = bytes.stream().mapToLong(Long::longValue).sum() / 1e6;
    return String.format(Locale.ROOT, "%.1f", sum);
  }

  /** What the build allows, as the pom says. */
  private static String allowed() {
    String pom = Page.of("pom.xml").text();
    return Pattern.compile("<includedLicense>([^<]+)<")
        .matcher(pom)
        .results()
        .map(hit -> hit.group(1))
        .collect(Collectors.joining(", "));
  }
}

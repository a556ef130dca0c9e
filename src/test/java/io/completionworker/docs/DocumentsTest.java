// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.Wait.Advice;
import io.completionworker.metrics.MeterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say of the code is so: a name that changes has to change here too. */
class DocumentsTest {

  private static final Path TOPOLOGY =
      Path.of("src/test/resources/io/completionworker/topology/topology.txt");
  private static final Path MAIN = Path.of("src/main/java/io/completionworker");

  private final Page readme = Page.of("README.md");
  private final Page architecture = Page.of("src/docs/architecture.md");
  private final Page operations = Page.of("src/docs/operations.md");

  @Test
  void shouldDrawEveryNodeOfTheTopology() {
    String section = architecture.section("The topology");
    String drawn = section.substring(0, section.indexOf("```"));
    String topology = Page.read(TOPOLOGY);

    assertThat(matches("(?:Source|Processor|Sink): (\\S+)", topology))
        .isNotEmpty()
        .allSatisfy(node -> assertThat(drawn).containsPattern("[ `]" + node + "[ \\n]"));
    assertThat(matches("topics?: \\[?([a-z.-]+)", topology))
        .isNotEmpty()
        .allSatisfy(topic -> assertThat(drawn).contains(topic));
  }

  @Test
  void shouldShowTheTopologyAsItIsOnTheArchitecturePage() {
    assertThat(architecture.text())
        .as("copy %s into src/docs/architecture.md", TOPOLOGY)
        .contains(Page.read(TOPOLOGY).strip());
  }

  @Test
  void shouldListEveryTopic() {
    assertThat(Page.of("src/docs/topics.md").text())
        .contains(matches("topics?: \\[?([a-z.-]+)", Page.read(TOPOLOGY)));
  }

  @Test
  void shouldSayHowToSeeItWorkAndHowToBuildIt() {
    assertThat(readme.section("Quick start").lines().map(String::strip))
        .containsSubsequence("mvn -q -Pdemo", "mvn -q package -DskipTests");
    assertThat(readme.section("Development").lines().map(String::strip)).contains("mvn verify");
  }

  @Test
  void shouldShowARequestOfTheDemo() {
    String picture = readme.text().substring(0, readme.text().indexOf("\n## "));

    assertThat(Page.read(Path.of("src/demo/resources/prompts.jsonl")).lines())
        .as("a request of the demo is on the first screen")
        .anyMatch(picture::contains);
  }

  @Test
  void shouldExplainEveryFailureReason() {
    assertThat(operations.firstCells("Failure reasons"))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(FailureReason.values()).map(FailureReason::name).toList());
  }

  @Test
  void shouldAdviseInTheWordsOfTheTableOfReasons() {
    String table = operations.section("Failure reasons").replaceAll("`|\\[|\\]\\([^)]*\\)", "");
    for (FailureReason reason : FailureReason.values()) {
      String row =
          table
              .lines()
              .filter(line -> line.startsWith("| " + reason + " |"))
              .findFirst()
              .orElseThrow();
      String advice = Advice.of(reason);
      assertThat(row).contains(advice.isEmpty() ? "" : advice.substring(0, advice.length() - 1));
    }
  }

  @Test
  void shouldNameMetersThatExist() {
    assertThat(Page.all())
        .allSatisfy(
            page ->
                assertThat(page.code())
                    .as("meters on %s", page.path())
                    .filteredOn(code -> code.startsWith("completion.worker."))
                    .isSubsetOf(meters()));
  }

  @Test
  void shouldListEveryPackage() throws IOException {
    Set<String> packages;
    try (Stream<Path> files = Files.walk(MAIN)) {
      packages =
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> MAIN.relativize(file.getParent()).toString().replace('/', '.'))
              .map(name -> name.isEmpty() ? "io.completionworker" : name)
              .collect(Collectors.toSet());
    }
    List<String> listed = matches("(?m)^\\| \\d \\| `([^`]+)`", architecture.section("Packages"));

    assertThat(listed).contains("avro").hasSize(packages.size() + 1).containsAll(packages);
  }

  @Test
  void shouldNameKeysThatExist() {
    Pattern key =
        Pattern.compile("(async|retry|hold|gateway|topics|shutdown|management)(\\.[a-z0-9]+)+");
    List<String> keys =
        matches("(?m)^\\| `([^`]+)`", Page.read(Path.of("src/docs/configuration.md")));
    assertThat(Page.all())
        .allSatisfy(
            page ->
                assertThat(page.code())
                    .as("keys on %s", page.path())
                    .map(code -> code.replaceFirst("=.*", ""))
                    .filteredOn(code -> key.matcher(code).matches() && !isPackage(code))
                    .isSubsetOf(keys));
  }

  @Test
  void shouldNameTestsThatExist() throws IOException {
    Pattern named = Pattern.compile("(\\w+(?:Test|IT|Contract))(?:\\.(should\\w+))?");
    for (Page page : Page.all()) {
      for (String code : page.code()) {
        var match = named.matcher(code);
        if (match.matches() && match.group(1).length() > "XTest".length()) {
          assertThat(source(match.group(1)))
              .as("%s, named on %s", code, page.path())
              .contains(match.group(2) == null ? "" : "void " + match.group(2) + "(");
        }
      }
    }
  }

  @Test
  void shouldNamePathsThatExist() {
    assertThat(Page.all())
        .allSatisfy(
            page ->
                assertThat(page.code())
                    .as("paths on %s", page.path())
                    .filteredOn(code -> code.matches("(src|avro|deploy)/[\\w./-]*"))
                    .allSatisfy(path -> assertThat(Path.of(path)).exists()));
  }

  @Test
  void shouldLinkToWhatExists() {
    for (Page page : Page.all()) {
      for (String link : page.links()) {
        String[] parts = link.split("#", 2);
        Path target =
            parts[0].isEmpty() ? page.path() : page.path().resolveSibling(parts[0]).normalize();
        assertThat(target).as("%s, linked on %s", link, page.path()).exists();
        if (parts.length == 2) {
          assertThat(Page.of(target).anchors()).as("linked on %s", page.path()).contains(parts[1]);
        }
      }
    }
  }

  @Test
  void shouldGiveEveryDecisionItsForm() throws IOException {
    List<Path> records;
    try (Stream<Path> files = Files.list(Path.of("src/docs/adr"))) {
      records = files.sorted().toList();
    }
    for (int i = 0; i < records.size(); i++) {
      assertThat(String.valueOf(records.get(i).getFileName()))
          .matches("%04d-[a-z0-9-]+\\.md".formatted(i + 1));
      assertThat(Page.read(records.get(i)))
          .startsWith("# " + (i + 1) + ". ")
          .contains("\n## Status\n", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n");
    }
  }

  private static boolean isPackage(String name) {
    return Files.isDirectory(MAIN.resolve(name.replace('.', '/')));
  }

  private static List<String> meters() {
    return MeterSpec.all().stream().map(MeterSpec::name).toList();
  }

  private static String source(String testClass) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      return files
          .filter(file -> file.endsWith(testClass + ".java"))
          .findFirst()
          .map(Page::read)
          .orElseThrow(() -> new AssertionError("There is no test " + testClass));
    }
  }

  private static List<String> matches(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(hit -> hit.group(1)).toList();
  }
}

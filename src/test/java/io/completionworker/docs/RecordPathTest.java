// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the page on the architecture says of concepts and of the way of a record is in the code. */
class RecordPathTest {

  private static final Path MAIN = Path.of("src/main/java/io/completionworker");
  private static final Pattern STEP =
      Pattern.compile("(?m)^\\| `(\\w+\\.\\w+)` \\| `(\\w+\\.\\w+)` \\|");
  private static final Pattern FILE = Pattern.compile("`([a-z]+(?:/[a-z]+)*/[A-Z]\\w+)`");

  /** Where javac puts the body of a lambda. */
  private static final Pattern LAMBDA = Pattern.compile("lambda\\$(\\w+)\\$\\d+");

  private final Page page = Page.of("src/docs/architecture.md");

  @Test
  void shouldShowTheWayOfARecordAsTheCodeHasIt() {
    Set<String> calls = calls();
    List<String> steps =
        STEP.matcher(page.section("The path of one record in the code"))
            .results()
            .map(step -> step.group(1) + " -> " + step.group(2))
            .toList();

    assertThat(steps).hasSizeGreaterThan(10);
    assertThat(calls).containsAll(steps);
  }

  @Test
  void shouldGoThroughEachClassItMeetsFromEndToEnd() {
    List<MatchResult> steps =
        STEP.matcher(page.section("The path of one record in the code")).results().toList();

    assertThat(type(steps.get(0).group(1))).isEqualTo("CompletionProcessor");
    List<String> reached =
        new ArrayList<>(List.of("CompletionProcessor", "Dispatcher", "CodecStage"));
    for (MatchResult step : steps) {
      assertThat(reached).as(step.group()).contains(type(step.group(1)));
      reached.add(type(step.group(2)));
    }
    assertThat(steps.get(steps.size() - 1).group(2)).isEqualTo("OpenTransaction.forwarded");
  }

  @Test
  void shouldNameAFileForEachConcept() {
    List<String> files =
        FILE.matcher(page.section("Ten concepts")).results().map(file -> file.group(1)).toList();

    assertThat(files)
        .hasSizeGreaterThanOrEqualTo(10)
        .allSatisfy(
            file -> assertThat(Files.exists(MAIN.resolve(file + ".java"))).as(file).isTrue());
  }

  private static String type(String method) {
    return method.substring(0, method.indexOf('.'));
  }

  private static Set<String> calls() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.completionworker.async");
    return classes.stream()
        .flatMap(type -> type.getCodeUnitCallsFromSelf().stream())
        .map(RecordPathTest::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text(JavaAccess<?> call) {
    String origin = LAMBDA.matcher(call.getOrigin().getName()).replaceAll("$1");
    return outer(call.getOriginOwner())
        + "."
        + origin
        + " -> "
        + outer(call.getTargetOwner())
        + "."
        + call.getName();
  }

  /** Without the nested types that a reader of the page need not know. */
  private static String outer(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}

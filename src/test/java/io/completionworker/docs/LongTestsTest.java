// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A test is short unless it is tagged as long. Which are long stands on the page, and each promise
 * has a test that is not.
 */
class LongTestsTest {

  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Page PAGE = Page.of("src/docs/testing.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.+?) \\| (`.+?) \\|$");
  private static final Pattern NAME = Pattern.compile("`(\\w+)(?:\\.(\\w+))?`");

  /** Of a promise which says that all its tests are. */
  private static final String LONG = "(long)";

  private static final Map<String, Class<?>> classes = new HashMap<>();

  @BeforeAll
  static void findTests() throws IOException, ClassNotFoundException {
    List<String> names;
    try (Stream<Path> files = Files.walk(TESTS)) {
      names =
          files
              .map(file -> TESTS.relativize(file).toString())
              .filter(file -> file.endsWith("IT.java") || file.endsWith("Test.java"))
              .map(file -> file.replace(".java", "").replace('/', '.'))
              .toList();
    }
    for (String name : names) {
      Class<?> test = Class.forName(name, false, LongTestsTest.class.getClassLoader());
      classes.put(test.getSimpleName(), test);
    }
  }

  @Test
  void shouldNameEveryLongTestOnThePage() {
    Set<String> tagged = new TreeSet<>();
    for (Class<?> test : classes.values()) {
      if (isLong(test)) {
        tagged.add(test.getSimpleName());
      }
      for (Method method : test.getDeclaredMethods()) {
        if (isLong(method)) {
          tagged.add(test.getSimpleName() + "." + method.getName());
        }
      }
    }

    assertThat(PAGE.firstCells("Short and long"))
        .filteredOn(cell -> !cell.contains(" ")) // which is a command
        .containsExactlyInAnyOrderElementsOf(tagged);
  }

  @Test
  void shouldHaveAShortTestOfEveryPromise() {
    List<MatchResult> promises = ROW.matcher(PAGE.section("The promises")).results().toList();

    assertThat(promises).hasSizeGreaterThan(20);
    assertThat(promises)
        .allSatisfy(
            promise ->
                assertThat(NAME.matcher(promise.group(2)).results())
                    .as("tests of: %s", promise.group(1))
                    .anyMatch(test -> isShort(test) != promise.group(1).endsWith(LONG)));
  }

  private static boolean isShort(MatchResult name) {
    assertThat(classes).containsKey(name.group(1));
    Class<?> test = Objects.requireNonNull(classes.get(name.group(1)));
    return !isLong(test)
        && Arrays.stream(test.getDeclaredMethods())
            .filter(method -> method.getName().equals(name.group(2)))
            .noneMatch(LongTestsTest::isLong);
  }

  private static boolean isLong(AnnotatedElement test) {
    return Arrays.stream(test.getAnnotationsByType(Tag.class))
        .anyMatch(tag -> tag.value().equals("long"));
  }
}

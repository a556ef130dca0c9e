// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.completionworker.architecture.ArchitectureRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitectureTest {

  private static final String ROOT = "io.completionworker";
  private static final String PLANTED = ROOT + ".architecture.planted";

  private static final JavaClasses PRODUCT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(PLANTED);

  @ParameterizedTest
  @MethodSource("rules")
  void shouldKeepToTheRule(String name) {
    rule(ROOT, name).check(PRODUCT);
  }

  /** Each planted class breaks one rule; a rule that does not see it is worth nothing. */
  @ParameterizedTest
  @CsvSource({
    "no cycles, topology.Outer",
    "layers, gateway.SeesResilience",
    "layers, unlisted.HasNoLayer",
    "modules of async, async.schedule.SeesDispatch",
    "one way in the dispatcher, async.dispatch.Asks",
    "Vert.x, async.UsesVertx",
    "Netty, async.UsesNetty",
    "Jackson, async.UsesJackson",
    "Resilience4j, gateway.UsesResilience4j",
    "Caffeine, async.UsesCaffeine",
    "Bucket4j, async.UsesBucket4j",
    "JTokkit, async.UsesJtokkit",
    "Avro, gateway.UsesAvro",
    "Micrometer, async.UsesMicrometer",
    "picocli, async.UsesPicocli",
    "Logback, async.UsesLogback",
    "Kafka Streams, serde.UsesStreams",
    "ConfigDef, serde.UsesConfigDef",
    "no Kafka, gateway.UsesKafka",
    "no internals, async.UsesInternals",
    "exit, metrics.Exits",
    "config objects, serde.KeepsConfig",
    "names, metrics.MetricsHelper",
    "null-marked, unlisted is not @NullMarked"
  })
  void shouldSeeWhatBreaksTheRule(String name, String planted) {
    assertThat(rule(PLANTED, name).evaluate(BROKEN).getFailureReport().toString())
        .contains(PLANTED + "." + planted);
  }

  @Test
  void shouldKeepFilesShort() throws IOException {
    assertThat(longerThan(300, Path.of("src", "main", "java"))).isEmpty();
    assertThat(longerThan(400, Path.of("src", "test", "java"))).isEmpty();
  }

  @Test
  void shouldSeeALongFile(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("Short.java"), "//\n".repeat(300));
    Path tooLong = Files.writeString(directory.resolve("Long.java"), "//\n".repeat(301));

    assertThat(longerThan(300, directory)).containsExactly(tooLong + ": 301 lines");
  }

  private static List<String> longerThan(int most, Path directory) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        int lines = Files.readAllLines(file).size();
        if (lines > most) {
          found.add(file + ": " + lines + " lines");
        }
      }
    }
    return found;
  }

  private static Stream<String> rules() {
    return new ArchitectureRules(ROOT).all().keySet().stream();
  }

  private static ArchRule rule(String root, String name) {
    Map<String, ArchRule> rules = new ArchitectureRules(root).all();
    ArchRule rule = rules.get(name);
    if (rule == null) {
      throw new IllegalArgumentException("No rule " + name + " in " + rules.keySet());
    }
    return rule;
  }
}

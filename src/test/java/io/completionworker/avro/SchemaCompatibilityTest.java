// SPDX-License-Identifier: Apache-2.0
package io.completionworker.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every current schema reads what any release wrote, and the other way round (FULL_TRANSITIVE): on
 * every topic, since producers, workers and consumers are upgraded in any order.
 */
class SchemaCompatibilityTest {

  private static final Path RELEASED = Path.of("src", "test", "resources", "avro-released");
  private static final String COMMAND =
      "mvn -q test -Dtest=SchemaCompatibilityTest -Dschemas.write=true";

  /** The project's own, the first of the file. */
  private static final Pattern VERSION =
      Pattern.compile("<version>([0-9.]+)(?:-SNAPSHOT)?</version>");

  @Test
  void shouldBeCompatibleWithEveryReleaseBothWays() throws IOException {
    assertThat(faults(RELEASED)).isEmpty();
  }

  /** Else a release could forget its schemas, or change them after they were looked at. */
  @Test
  void shouldHaveTheSchemasOfTheVersionThatIsBuilt() throws IOException {
    Path recorded = RELEASED.resolve(version());
    if (Boolean.getBoolean("schemas.write")) {
      record(recorded);
    }

    assertThat(recorded).as("made by: " + COMMAND).isDirectory();
    assertThat(texts(recorded))
        .as("%s is not what avro/ has; before the release, make it anew: %s", recorded, COMMAND)
        .isEqualTo(texts(AvroSources.CURRENT));
  }

  @Test
  void shouldNoticeThatThereIsNoRelease(@TempDir Path released) throws IOException {
    assertThat(faults(released)).containsExactly("There is no release in " + released);

    Files.createDirectory(released.resolve("0.0.1"));

    assertThat(faults(released)).containsExactly("0.0.1 has no schemas");
  }

  @Test
  void shouldPassAReleaseThatIsTheSame(@TempDir Path released) throws IOException {
    plant(released, "", "");

    assertThat(faults(released)).isEmpty();
  }

  /** Each takes the current schemas, changed, for a release. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"name\": \"model\",\\s+\"type\": \"string\" | \"name\": \"model\", \"type\": \"int\"",
        "\"name\": \"model\",\\s+\"type\": \"string\" | \"name\": \"engine\", \"type\": \"string\"",
        "\"name\": \"UsageWindow\" | \"name\": \"UsageFrame\"",
        "\"type\": \"long\",\\s+\"logicalType\": \"timestamp-millis\" | \"type\": \"string\"",
      })
  void shouldNoticeAnIncompatibleChange(String find, String replace, @TempDir Path released)
      throws IOException {
    plant(released, find, replace);

    assertThat(faults(released)).isNotEmpty();
  }

  @Test
  void shouldNoticeAChangeThatIsIncompatibleOneWayOnly(@TempDir Path released) throws IOException {
    String added = "\"fields\": [{\"name\": \"since_gone\", \"type\": \"int\", \"doc\": \"d\"},";
    plant(released, "(?s)\"fields\": \\[", added);

    assertThat(faults(released))
        .isNotEmpty()
        .allSatisfy(fault -> assertThat(fault).contains("cannot read current"));
  }

  /** Copies the current schemas as release 0.0.1, with the first match replaced in each file. */
  private static void plant(Path released, String find, String replace) throws IOException {
    Path release = Files.createDirectory(released.resolve("0.0.1"));
    int changed = 0;
    for (Path file : AvroSources.filesOf(AvroSources.CURRENT)) {
      String text = Files.readString(file);
      String planted = find.isEmpty() ? text : text.replaceFirst(find, replace);
      changed += planted.equals(text) ? 0 : 1;
      Files.writeString(release.resolve(file.getFileName()), planted);
    }
    assertThat(changed > 0).as("something was changed").isEqualTo(!find.isEmpty());
  }

  private static List<String> faults(Path released) throws IOException {
    List<String> faults = new ArrayList<>();
    Map<String, Schema> current = AvroSources.recordsOf(AvroSources.CURRENT);
    List<Path> releases = releases(released);
    if (releases.isEmpty()) {
      faults.add("There is no release in " + released);
    }
    for (Path release : releases) {
      String version = String.valueOf(release.getFileName());
      Map<String, Schema> old = AvroSources.recordsOf(release);
      if (old.isEmpty()) {
        faults.add(version + " has no schemas");
      }
      old.forEach((name, schema) -> compare(version, name, schema, current, faults));
    }
    return faults;
  }

  private static List<Path> releases(Path released) throws IOException {
    try (Stream<Path> releases = Files.list(released).filter(Files::isDirectory).sorted()) {
      return releases.toList();
    }
  }

  private static String version() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    return version.group(1);
  }

  private static void record(Path release) throws IOException {
    Files.createDirectories(release);
    for (Path old : AvroSources.filesOf(release)) {
      Files.delete(old);
    }
    for (Map.Entry<String, String> file : texts(AvroSources.CURRENT).entrySet()) {
      Files.writeString(release.resolve(file.getKey()), file.getValue());
    }
  }

  private static Map<String, String> texts(Path directory) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (Path file : AvroSources.filesOf(directory)) {
      texts.put(String.valueOf(file.getFileName()), Files.readString(file));
    }
    return texts;
  }

  private static void compare(
      String release, String name, Schema old, Map<String, Schema> current, List<String> faults) {
    Schema now = current.get(name);
    if (now == null) {
      faults.add(name + " of " + release + " is gone");
      return;
    }
    if (!canRead(now, old)) {
      faults.add("Current " + name + " cannot read " + release);
    }
    if (!canRead(old, now)) {
      faults.add(name + " of " + release + " cannot read current");
    }
  }

  private static boolean canRead(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
        == SchemaCompatibilityType.COMPATIBLE;
  }
}

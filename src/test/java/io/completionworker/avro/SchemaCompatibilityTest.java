package io.completionworker.avro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every current schema reads what any release wrote, and the other way round. */
class SchemaCompatibilityTest {

  private static final Path RELEASED = Path.of("src", "test", "resources", "avro-released");

  @Test
  void shouldBeCompatibleWithEveryReleaseBothWays() throws IOException {
    assertThat(faults(RELEASED)).isEmpty();
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
    try (Stream<Path> releases = Files.list(released).filter(Files::isDirectory).sorted()) {
      for (Path release : releases.toList()) {
        AvroSources.recordsOf(release)
            .forEach(
                (name, old) -> compare(release.getFileName() + "", name, old, current, faults));
      }
    }
    return faults;
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

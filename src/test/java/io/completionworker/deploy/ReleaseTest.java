// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The version stands in pom.xml and nowhere else by hand; what builds in public runs what README
 * says.
 */
class ReleaseTest {

  private static final String COMMAND = "mvn -q test -Dtest=ReleaseTest -Dpages.write=true";
  private static final Path WORKFLOWS = Path.of(".github", "workflows");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** The project's own, the first of the file. */
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

  @ParameterizedTest
  @CsvSource({
    "deploy/helm/completion-worker/Chart.yaml, (?m)^version: (.+)$",
    "deploy/helm/completion-worker/Chart.yaml, (?m)^appVersion: (.+)$",
    "deploy/Dockerfile, (?m)^ARG VERSION=(.+)$",
  })
  void shouldTakeTheVersionFromThePom(Path file, String pattern) throws IOException {
    Pattern place = Pattern.compile(pattern);
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(file, replaced(Files.readString(file), place, version()));
    }

    assertThat(found(Files.readString(file), place))
        .as("%s has another version than pom.xml; made anew by: %s", file, COMMAND)
        .isEqualTo(version());
  }

  @Test
  void shouldSayInTheChangelogWhatIsInTheVersion() throws IOException {
    String heading = "## " + version();

    assertThat(Files.readString(Path.of("CHANGELOG.md")).lines())
        .anyMatch(line -> line.equals(heading) || line.startsWith(heading + " "));
  }

  @Test
  void shouldBuildInPublicByTheCommandsThatPeopleRun() throws IOException {
    JsonNode jobs = yaml(WORKFLOWS.resolve("build.yml")).path("jobs");

    assertThat(jobs.at("/verify/strategy/matrix/java"))
        .extracting(JsonNode::asText)
        .containsExactly("17", "21", "25");
    assertThat(commands(jobs)).contains("mvn -B -ntp verify", "mvn -q -Pdemo", "bash .ci/run");
    assertThat(commands(yaml(WORKFLOWS.resolve("release.yml")).path("jobs")))
        .contains("mvn -B -ntp -Prelease");
  }

  /** Else the published context would build no image, which nobody would see before its users. */
  @Test
  void shouldPublishAllThatTheImageIsBuiltOf() throws IOException {
    String published = Files.readString(Path.of("src", "assembly", "image.xml"));
    List<String> copied =
        Files.readString(Path.of("deploy", "Dockerfile"))
            .lines()
            .filter(line -> line.startsWith("COPY ") && !line.startsWith("COPY --from"))
            .flatMap(line -> Stream.of(line.substring(5).split(" ")))
            .filter(word -> word.matches("(target|deploy)/.*|[A-Z]+"))
            .map(word -> word.replaceAll("\\[(.)]", "$1"))
            .toList();

    assertThat(copied).contains("target/completion-worker.jar", "deploy/image/health");
    assertThat(copied)
        .allSatisfy(
            source ->
                assertThat(published)
                    .as(source)
                    .containsAnyOf(
                        "<include>" + source + "</include>",
                        "<include>" + source + "/**</include>",
                        "<include>" + parent(source) + "/**</include>",
                        "${project.basedir}/" + parent(source) + "<"));
  }

  private static Path parent(String source) {
    return Path.of(source).resolveSibling("").normalize();
  }

  @Test
  void shouldAskForNewerVersionsOfEveryBuild() throws IOException {
    JsonNode maven = yaml(Path.of(".github", "dependabot.yml")).path("updates").path(0);
    List<Path> asked = new ArrayList<>();
    for (JsonNode directory : maven.path("directories")) {
      asked.add(Path.of(directory.asText().substring(1)).resolve("pom.xml"));
    }

    assertThat(maven.path("package-ecosystem").asText()).isEqualTo("maven");
    assertThat(asked).containsExactlyInAnyOrderElementsOf(poms());
  }

  private static List<Path> poms() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return Stream.concat(Stream.of(Path.of("pom.xml")), files)
          .filter(file -> file.endsWith("pom.xml"))
          .toList();
    }
  }

  private static List<String> commands(JsonNode jobs) {
    List<String> commands = new ArrayList<>();
    for (JsonNode job : jobs) {
      for (JsonNode step : job.path("steps")) {
        step.path("run").asText().lines().forEach(commands::add);
      }
    }
    return commands;
  }

  private static JsonNode yaml(Path file) throws IOException {
    return YAML.readTree(file.toFile());
  }

  private static String version() throws IOException {
    return found(Files.readString(Path.of("pom.xml")), VERSION);
  }

  private static String found(String text, Pattern place) {
    Matcher matcher = place.matcher(text);
    assertThat(matcher.find()).as(place.pattern()).isTrue();
    return matcher.group(1);
  }

  private static String replaced(String text, Pattern place, String version) {
    Matcher matcher = place.matcher(text);
    assertThat(matcher.find()).as(place.pattern()).isTrue();
    return text.substring(0, matcher.start(1)) + version + text.substring(matcher.end(1));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.WorkerConfig;
import io.completionworker.config.WorkerSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page on classes of requests names topics and groups as the worker does. */
class ClassesPageTest {

  private static final String PAGE = Page.read(Path.of("src", "docs", "classes.md"));
  private static final String SECURITY = Page.read(Path.of("src", "docs", "security.md"));

  private final WorkerSettings settings =
      WorkerConfig.load(
          Optional.empty(),
          Map.of(
              "KAFKA_BOOTSTRAP_SERVERS",
              "localhost:9092",
              "VALUE_FORMAT",
              "json",
              "CLASSES",
              setting("classes"),
              "CLASSES_LEAST_SHARE",
              setting("classes.least.share")));

  @Test
  void shouldNameTheTopicAndTheGroupOfEachClass() {
    List<String> rows =
        Pattern.compile("(?m)^\\| `(\\w+)`[^|]*\\| `([^`]+)` \\| `([^`]+)` \\|$")
            .matcher(PAGE)
            .results()
            .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
            .toList();

    assertThat(rows)
        .isEqualTo(
            settings.classes().all().stream()
                .map(
                    one ->
                        one.name()
                            + " "
                            + settings.of(one).topics().requests()
                            + " "
                            + settings.of(one).group())
                .toList());
    assertThat(settings.classes().main().name()).isEqualTo("standard");
  }

  @Test
  void shouldGrantTheTopicAndTheGroupOfAnotherClass() {
    WorkerSettings urgent = settings.of(settings.classes().named("urgent").orElseThrow());

    assertThat(SECURITY)
        .contains("--topic " + urgent.topics().requests() + "\n")
        .contains("--group " + urgent.group() + "\n");
  }

  /** Returns the value of a setting, as the page shows it first. */
  private static String setting(String key) {
    return Pattern.compile("(?m)^    " + Pattern.quote(key) + "=(.+)$")
        .matcher(PAGE)
        .results()
        .findFirst()
        .orElseThrow()
        .group(1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.avro.FailureReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A failure reason is written as its symbol, wherever it is read or written. */
class ReasonSpellingTest {

  private static final Set<String> SYMBOLS =
      Arrays.stream(FailureReason.values()).map(FailureReason::name).collect(Collectors.toSet());

  /** A text in quotes or backticks that is a reason in another form. */
  private static final Pattern OTHER_FORM =
      Pattern.compile(
          "[`\"]("
              + SYMBOLS.stream()
                  .filter(symbol -> symbol.contains("_"))
                  .map(symbol -> symbol.replace("_", "[-_.]").toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining("|"))
              + ")[`\"]");

  /** What endpoints call it; it stands in their answers and not in ours. */
  private static final Set<String> WORDS_OF_ENDPOINTS = Set.of("server_error");

  @Test
  void shouldBeItsSymbolOnPagesDashboardsAlertsAndInTheCode() throws IOException {
    List<String> faults = new ArrayList<>();
    for (String root : List.of("README.md", "avro", "deploy", "src/docs", "src/main")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          if (!file.toString().endsWith(".png")) {
            faults.addAll(otherForms(file.toString(), Files.readString(file)));
          }
        }
      }
    }

    assertThat(faults).isEmpty();
  }

  @Test
  void shouldNoticeAnotherForm() {
    assertThat(
            otherForms("page", "a `rate-limited` or a \"connection_lost\" one, not RATE_LIMITED"))
        .containsExactly("page says rate-limited", "page says connection_lost");
  }

  /** Labels of alerts and dashboards that name a reason name one that there is. */
  @Test
  void shouldBeAReasonWhereALabelLooksLikeOne() throws IOException {
    Set<String> named = new HashSet<>();
    for (String file : List.of("deploy/prometheus/alerts.yml", "deploy/grafana/dashboard.json")) {
      Matcher label =
          Pattern.compile("(?:outcome|reason)!?=~?\\\\?\"([A-Z_|]+)\\\\?\"")
              .matcher(Files.readString(Path.of(file)));
      while (label.find()) {
        named.addAll(List.of(label.group(1).split("\\|")));
      }
    }

    assertThat(named).isNotEmpty().isSubsetOf(SYMBOLS);
  }

  private static List<String> otherForms(String file, String text) {
    return OTHER_FORM
        .matcher(text)
        .results()
        .map(hit -> hit.group(1))
        .filter(form -> !WORDS_OF_ENDPOINTS.contains(form))
        .map(form -> file + " says " + form)
        .toList();
  }
}

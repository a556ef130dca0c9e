// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages that the status page names are there, with the headings that it names. */
class PageLinksTest {

  private static final Pattern PAGE = Pattern.compile("page: \"([^\"#]+)#([^\"]+)\"");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @Test
  void shouldLinkToPagesAndHeadingsThatAreThere() throws IOException {
    String script =
        Files.readString(
            Path.of("src/main/resources/io/completionworker/management/page/waits.js"));
    List<MatchResult> links = PAGE.matcher(script).results().toList();

    assertThat(links).hasSize(4);
    for (MatchResult link : links) {
      assertThat(anchors(Path.of("src", "docs", link.group(1)))).contains(link.group(2));
    }
  }

  private static List<String> anchors(Path page) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).replace(' ', '-'))
        .toList();
  }
}

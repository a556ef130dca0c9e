// SPDX-License-Identifier: Apache-2.0
package io.completionworker.headers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page on topics has the table of headers. */
class HeadersPageTest {

  private static final Path PAGE = Path.of("src", "docs", "topics.md");
  private static final String BEGIN = "<!-- headers: made from the table KnownHeader -->\n";
  private static final String END = "<!-- end of headers -->\n";
  private static final String COMMAND = "mvn -q test -Dtest=HeadersPageTest -Dpages.write=true";
  private static final String HEAD =
      """

      | Header | For | In the store | In the call | On outputs | On a dead letter | `gateway.headers.*` |
      |---|---|---|---|---|---|---|
      """;

  @Test
  void shouldShowTheTableOfHeaders() throws IOException {
    String page = Files.readString(PAGE);
    String made = withTable(page);
    if (Boolean.getBoolean("pages.write")) {
      Files.writeString(PAGE, made);
      page = made;
    }

    assertThat(page).as("%s is out of date, rewrite it with: %s", PAGE, COMMAND).isEqualTo(made);
  }

  private static String withTable(String page) {
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    assertThat(from).as("the begin of the table on %s", PAGE).isNotNegative();
    assertThat(to).as("the end of the table on %s", PAGE).isGreaterThan(from);
    return page.substring(0, from + BEGIN.length()) + table() + page.substring(to);
  }

  /** Headers of which all cells are the same are in one row. */
  private static String table() {
    Map<String, String> names = new LinkedHashMap<>();
    for (KnownHeader header : KnownHeader.values()) {
      names.merge(cells(header), name(header), (all, one) -> all + ", " + one);
    }
    StringBuilder table = new StringBuilder(HEAD);
    names.forEach(
        (cells, all) -> table.append("| ").append(all).append(" | ").append(cells).append(" |\n"));
    return table.append('\n').toString();
  }

  private static String name(KnownHeader header) {
    if (header == KnownHeader.OTHER) {
      return "all others";
    }
    return "`" + header.text() + (header.isPrefix() ? "*" : "") + "`";
  }

  private static String cells(KnownHeader header) {
    String free = header.isOfTheWorker() ? "no" : "yes";
    return String.join(
        " | ",
        header.purpose(),
        header.stored().text(),
        header.sent().text(),
        header.outputs().text(),
        header.deadLetters().text(),
        header.key() == null ? free : "`" + header.key() + "`");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.headers;

import io.completionworker.fixtures.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page on topics has the table of headers. */
class HeadersPageTest {

  private static final GeneratedPart TABLE =
      new GeneratedPart(
          Path.of("src", "docs", "topics.md"),
          "<!-- headers: made from the table KnownHeader -->\n",
          "<!-- end of headers -->\n",
          HeadersPageTest.class);

  private static final String HEAD =
      """

      | Header | For | In the store | In the call | On outputs | On a dead letter | `gateway.headers.*` |
      |---|---|---|---|---|---|---|
      """;

  @Test
  void shouldShowTheTableOfHeaders() throws IOException {
    TABLE.shouldBe(table());
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A section of the page of messages: its table is printed from the rows of the test that causes
 * each message, and compared with the page.
 */
public final class MessagePage {

  private static final Path PAGE = Path.of("src", "docs", "messages.md");
  private static final String HEAD =
      "\n| When | Where | Message | Exit code |\n|---|---|---|---|\n";

  private MessagePage() {}

  /**
   * A message, and what causes it.
   *
   * @param when what happened, as an operator would say it
   * @param where the command, or where else it is seen: log, readiness, failure
   * @param text one line; parts in angle brackets stand for what differs from place to place
   * @param exitCode of the command; negative where nothing ends
   */
  public record Message(String when, String where, String text, int exitCode) {

    /** What a real line has to match. */
    public Pattern pattern() {
      return Pattern.compile(
          Stream.of(text.split("<[a-z ]+>", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".+")));
    }

    private String row() {
      String quotes = text.contains("`") ? "``" : "`";
      String space = text.contains("`") ? " " : "";
      return "| %s | %s | %s | %s |%n"
          .formatted(
              when,
              where,
              quotes + space + text.replace("|", "\\|") + space + quotes,
              exitCode < 0 ? "" : Integer.toString(exitCode));
    }
  }

  /**
   * Compares the table under this heading with these messages; with {@code -Dpages.write=true} it
   * writes the table.
   *
   * @param test simple name of the test that causes the messages
   */
  public static void verify(String section, String test, List<Message> messages) {
    String table = HEAD + messages.stream().map(Message::row).collect(Collectors.joining());
    Matcher found =
        Pattern.compile(
                "(\n## "
                    + Pattern.quote(section)
                    + "\n(?:(?!\n## |\n\\|).)*\n)(\n\\|.*?)(?=\n## |$)",
                Pattern.DOTALL)
            .matcher(Page.read(PAGE));
    assertThat(found.find()).as("%s has a section '%s' with a table", PAGE, section).isTrue();
    if (Boolean.getBoolean("pages.write")) {
      write(new StringBuilder(Page.read(PAGE)).replace(found.start(2), found.end(2), table));
      return;
    }
    assertThat(found.group(2).strip())
        .as("%s: run %s with -Dpages.write=true and commit what it writes", section, test)
        .isEqualTo(table.strip());
  }

  private static void write(CharSequence page) {
    try {
      Files.writeString(PAGE, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

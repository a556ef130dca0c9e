// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Markdown page of the repository. */
public record Page(Path path, String text) {

  private static final Path ROOT = Path.of("");
  private static final Path DOCS = Path.of("src", "docs");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern FIRST_CELL = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

  /** The page of this path, from the root of the repository. */
  public static Page of(String path) {
    return of(Path.of(path));
  }

  static Page of(Path path) {
    return new Page(path, read(path));
  }

  static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that are written by hand: those at the top, and those under src/docs but the printed. */
  public static List<Page> all() {
    List<Page> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT.toAbsolutePath());
        Stream<Path> docs = Files.walk(DOCS)) {
      Stream.concat(top.map(path -> ROOT.toAbsolutePath().relativize(path)), docs)
          .filter(path -> path.toString().endsWith(".md"))
          .filter(path -> !path.endsWith("configuration.md"))
          .forEach(path -> pages.add(of(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  /** What stands in backticks. */
  List<String> code() {
    return found(CODE);
  }

  /** Targets of links that do not leave the repository. */
  List<String> links() {
    return found(LINK).stream().filter(link -> !link.contains("://")).toList();
  }

  /** Names that links to headings use. */
  List<String> anchors() {
    return found(HEADING).stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  /** The part under this heading, up to the next of the same level. */
  public String section(String heading) {
    String start = "\n## " + heading + "\n";
    int from = text.indexOf(start);
    if (from < 0) {
      throw new IllegalArgumentException(path + " has no section " + heading);
    }
    int to = text.indexOf("\n## ", from + 1);
    return text.substring(from, to < 0 ? text.length() : to);
  }

  /**
   * What is between the fences of code, in order.
   *
   * @param text of a page or a part of one
   * @param language that the fence names, as a pattern
   */
  public static List<String> blocks(String text, String language) {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(text)
        .results()
        .map(Page::firstGroup)
        .toList();
  }

  /** First cells of the tables under this heading, where they are code. */
  List<String> firstCells(String heading) {
    return FIRST_CELL.matcher(section(heading)).results().map(hit -> hit.group(1)).toList();
  }

  private List<String> found(Pattern pattern) {
    return pattern.matcher(text).results().map(Page::firstGroup).toList();
  }

  private static String firstGroup(MatchResult hit) {
    return hit.group(1);
  }
}

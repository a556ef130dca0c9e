// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.docs.Page;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The commands that pages tell their readers to type exist, with the options that they show. */
class PageCommandsTest extends InProcessCli {

  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)(?:^ *|`)(?:java -jar target/completion-worker\\.jar|completion-worker)"
              + " ([a-z]+)([^`\\n]*)");
  private static final Pattern OPTION = Pattern.compile(" (--[a-z-]+|-n)\\b");
  private static final Pattern NESTED =
      Pattern.compile(
          "^ (repartition|print|register|cancel|pause|resume|limit|budget|list|withdraw|status)\\b");

  @Test
  void shouldShowCommandsAndOptionsThatExist() {
    Set<String> seen = new LinkedHashSet<>();
    for (Page page : Page.all()) {
      if (!page.path().endsWith("CHANGELOG.md")) {
        COMMAND
            .matcher(page.text())
            .results()
            .filter(typed -> seen.add(typed.group()))
            .forEach(typed -> check(page, typed));
      }
    }
    assertThat(seen).hasSizeGreaterThan(30);
  }

  private void check(Page page, MatchResult typed) {
    String arguments = typed.group(2).replaceAll(" [|>&] .*", "");
    Matcher nested = NESTED.matcher(arguments);
    String help =
        nested.find()
            ? help(typed.group(1), nested.group(1), "--help")
            : help(typed.group(1), "--help");
    List<String> options =
        OPTION.matcher(arguments).results().map(option -> option.group(1)).toList();
    assertThat(options)
        .as("%s on %s", typed.group().strip(), page.path())
        .allSatisfy(option -> assertThat(help).containsPattern("\\Q" + option + "\\E\\b"));
  }

  private String help(String... command) {
    out.getBuffer().setLength(0);
    assertThat(execute(command)).as("%s %s", List.of(command), err).isZero();
    return out.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.docs;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page on tracing, whose example a test compares with what a worker tells. */
public final class TracingPage {

  private static final Pattern TREE = Pattern.compile("```text\n(CONSUMER .*?)```", Pattern.DOTALL);

  private TracingPage() {}

  /** The span tree that the page shows. */
  public static String exampleTree() {
    Matcher tree = TREE.matcher(Page.read(Path.of("src/docs/tracing.md")));
    if (!tree.find()) {
      throw new AssertionError("The page on tracing shows no tree of spans");
    }
    return tree.group(1);
  }
}

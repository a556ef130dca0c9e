// SPDX-License-Identifier: Apache-2.0
package io.completionworker.dialects;

import io.completionworker.gateway.json.UsageShapes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the cases prove, as a page. */
final class DialectsPage {

  /** Writes the page. */
  static final String COMMAND = "mvn -q test -Dtest=DialectsPageTest -Dpages.write=true";

  static final String BEHIND_GATEWAY = " behind the gateway";

  private static final String EVERY_ENDPOINT = "any";

  /** What is read, in the order of the page. */
  private enum Column {
    FINISH("Finish"),
    FAULTS("Faults"),
    TEXT("Text"),
    REASONING("Reasoning"),
    TOOLS("Tool calls"),
    USAGE("Usage"),
    WAITS("Waits");

    private final String title;

    Column(String title) {
      this.title = title;
    }

    static Column of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  private record Row(Column column, String words) {}

  private DialectsPage() {}

  /** The page. */
  static String markdown(List<DialectCase> cases) {
    return """
    # Dialects

    What endpoints that call themselves compatible really send, and what the worker reads from it. To *use* a provider you do not
    need this page: [other endpoints](deployment.md#other-endpoints) has what to set. Look here under the name of your provider when
    an answer, an error or a count of tokens surprises you.

    The cases in the last column of a line prove it. `src/test/resources/dialects` has their bytes and what they mean.
    `DialectCasesTest` plays each to the client unchanged, byte by byte, and with every framing. `HostileDialectsPropertyTest`
    changes them at random. To write this page anew:

        %s

    For all endpoints:

    - **Complete.** An answer is complete when each choice has a finish reason that ends an answer, and the response ended properly.
      [Streaming](streaming.md#when-an-answer-is-complete) has the details. An unknown finish reason ends an answer.
    - **Nothing is lost.** Every member that comes is in `body`, also with a stream, even if no typed field can hold it.
    - **The bytes decide** between JSON and events, not the content type.
    - **A fault in a 200** is handled like the status that its code or type names.

    %s
    ## Usage

    %s
    The next table has what the worker reads from counts of each shape, whichever endpoint sends them. `UsageReaderTest` and
    `UsageShapesCostTest` check each line. The prompt includes the cached and the written tokens. The completion includes the
    reasoning.

    %s
    ## Behind Portkey's gateway

    What the worker sees of nine providers behind Portkey's open-source gateway 1.15.2. `BehindGatewayIT` plays the providers, in
    their own words, to the real gateway. It fails when the gateway no longer sends what is recorded here.

    The gateway hides some faults. With its default, strict compliance, it turns a finish reason that it does not know into `stop`.
    DeepSeek's `insufficient_system_resource` and Cohere's `ERROR` are among them. The worker then cannot see that the answer is cut
    off. With `gateway.headers.x-portkey-strict-open-ai-compliance=false` the gateway passes on finish reasons in the provider's own
    words, and also thinking, signatures and citations. The lines that name `loose` cases were seen with this setting.

    %s"""
        .formatted(
            COMMAND,
            sections(cases, name -> !name.endsWith(BEHIND_GATEWAY), "## "),
            usageShapes(cases),
            counts(),
            sections(cases, name -> name.endsWith(BEHIND_GATEWAY), "### "));
  }

  /** Every shape of token counts, whoever sends it. */
  private static String usageShapes(List<DialectCase> cases) {
    Map<String, List<DialectCase>> shapes = new TreeMap<>();
    for (DialectCase each : cases) {
      String words = each.reads().get("usage");
      if (words != null) {
        shapes.computeIfAbsent(words, key -> new ArrayList<>()).add(each);
      }
    }
    return "| Read from | Sent by | Case |\n|---|---|---|\n"
        + shapes.entrySet().stream()
            .map(
                shape ->
                    "| %s | %s | %s |\n"
                        .formatted(
                            shape.getKey(),
                            shape.getValue().stream()
                                .flatMap(each -> each.dialect().stream())
                                .map(DialectsPage::title)
                                .distinct()
                                .sorted()
                                .collect(Collectors.joining(", ")),
                            ids(shape.getValue())))
            .collect(Collectors.joining());
  }

  private static String counts() {
    return "| Whose | Stand in | Prompt | Cached | Written | Completion | Reasoning |\n"
        + "|---|---|---|---|---|---|---|\n"
        + UsageShapes.all().stream()
            .map(
                shape ->
                    "| %s | `%s` | %d | %d | %d | %d | %d |\n"
                        .formatted(
                            shape.provider(),
                            shape.where(),
                            shape.prompt(),
                            shape.cached(),
                            shape.written(),
                            shape.completion(),
                            shape.reasoning()))
            .collect(Collectors.joining());
  }

  private static String sections(
      List<DialectCase> cases, Predicate<String> wanted, String heading) {
    return cases.stream()
        .flatMap(each -> each.dialect().stream())
        .filter(wanted)
        .distinct()
        .sorted(
            Comparator.comparing((String name) -> !name.equals(EVERY_ENDPOINT))
                .thenComparing(String.CASE_INSENSITIVE_ORDER))
        .map(name -> section(name, cases, heading))
        .collect(Collectors.joining("\n"));
  }

  private static String section(String name, List<DialectCase> cases, String heading) {
    Map<Row, List<DialectCase>> rows =
        new TreeMap<>(Comparator.comparing(Row::column).thenComparing(Row::words));
    for (DialectCase each : cases) {
      if (each.dialect().contains(name)) {
        each.reads()
            .forEach(
                (column, words) ->
                    rows.computeIfAbsent(
                            new Row(Column.of(column), words), key -> new ArrayList<>())
                        .add(each));
      }
    }
    return heading
        + title(name)
        + "\n\n| What | Read from | Case |\n|---|---|---|\n"
        + rows.entrySet().stream()
            .map(
                row ->
                    "| %s | %s | %s |\n"
                        .formatted(
                            row.getKey().column.title, row.getKey().words, ids(row.getValue())))
            .collect(Collectors.joining());
  }

  private static String title(String name) {
    return name.equals(EVERY_ENDPOINT) ? "Every endpoint" : name.replace(BEHIND_GATEWAY, "");
  }

  private static String ids(List<DialectCase> cases) {
    return cases.stream().map(each -> "`" + each.id() + "`").collect(Collectors.joining(", "));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.container;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was proved, as a page. */
final class CoveragePage {

  /** Writes the page. */
  static final String COMMAND =
      "mvn -q verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dit.test=RealGatewayIT -Dpages.write=true";

  private CoveragePage() {}

  /** All rows, in the order of the page. */
  static List<Row> rows(String provider) {
    return Stream.of(
            HeaderRows.ofThePage(),
            HeaderRows.newer(provider),
            BodyRows.ofThePage(),
            BodyRows.newer())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * The page.
   *
   * @param lines by row, see {@link Row#line}
   */
  static String markdown(String provider, Function<Row, String> lines) {
    return """
    # The endpoint's headers and parameters

    Every header and body parameter of the endpoint's reference page, on its whole way: set in a request record, sent by
    the worker, received behind Portkey's open-source gateway, written to the output topics. The values are from a run of
    `RealGatewayIT`, which fails when it sees other ones. To write this page anew:

        %s

    *Kept by the gateway* means that this gateway neither answers the header nor passes it on. So only what the worker
    sent is proved. The hosted gateway does more with headers (traces, caches, virtual keys).

    ## Headers

    %s
    ## Headers beyond the page

    %s
    ## Body

    If a parameter has no effect at the test's provider, the provider repeats it in the text of its answer.

    %s
    ## Parameters beyond the page

    %s"""
        .formatted(
            COMMAND,
            table("Header", "What the gateway does", HeaderRows.ofThePage(), lines),
            table("Header", "What the gateway does", HeaderRows.newer(provider), lines),
            table("Parameter", "Received by the provider", BodyRows.ofThePage(), lines),
            table("Parameter", "Received by the provider", BodyRows.newer(), lines));
  }

  private static String table(
      String what, String effect, List<Row> rows, Function<Row, String> lines) {
    return "| "
        + String.join(" | ", what, "In the record", "Sent by the worker", effect, "On the outputs")
        + " |\n|---|---|---|---|---|\n"
        + rows.stream().map(row -> lines.apply(row) + "\n").collect(Collectors.joining());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.estimate.EstimateReport;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import io.completionworker.cli.terminal.CountedText;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * Prints the results of batches.
 *
 * @param topic topic of the requests
 */
record SubmitLines(PrintWriter out, Output output, String topic) {

  void checked(Batch batch) {
    if (output == Output.JSON) {
      out.println(json(batch));
      return;
    }
    out.println(
        beginning(batch)
            + CountedText.of(batch.inspection().requests(), "request")
            + ", "
            + CountedText.of(batch.inspection().faulty(), "faulty line")
            + "; nothing was published");
  }

  /** Prints what all files together are expected to use and cost. */
  void estimated(EstimateReport report, IntSupplier columns) {
    if (output == Output.JSON) {
      ObjectNode line = JsonNodeFactory.instance.objectNode();
      line.putArray("estimate").addAll(report.json());
      report.leastSeconds().ifPresent(seconds -> line.put("least_seconds", seconds));
      out.println(line);
      return;
    }
    out.println();
    report.lines(columns.getAsInt()).forEach(out::println);
  }

  void published(Batch.Published published) {
    Batch batch = published.batch();
    if (output == Output.JSON) {
      out.println(
          json(batch)
              .put("topic", topic)
              .put("published", published.requests() - published.before())
              .put("published_before", published.before())
              .put("complete", published.complete()));
      return;
    }
    out.println(
        beginning(batch)
            + published.requests()
            + " of "
            + batch.inspection().requests()
            + " requests are on "
            + topic
            + ", "
            + published.before()
            + " of them from before; "
            + CountedText.of(batch.inspection().faulty(), "faulty line"));
  }

  private static String beginning(Batch batch) {
    return batch.name() + ": batch " + batch.id() + ", ";
  }

  private static ObjectNode json(Batch batch) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("batch", batch.id())
        .put("file", batch.name())
        .put("format", batch.inspection().format().name().toLowerCase(Locale.ROOT))
        .put("sha256", batch.inspection().digest())
        .put("requests", batch.inspection().requests())
        .put("faulty_lines", batch.inspection().faulty());
  }
}

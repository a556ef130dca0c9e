// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.completionworker.cli.batch.Batch;
import io.completionworker.cli.terminal.CommandEnvironment.Output;
import java.io.PrintWriter;
import java.util.Locale;

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
        batch.name()
            + ": batch "
            + batch.id()
            + ", "
            + counted(batch.inspection().requests(), "request")
            + ", "
            + counted(batch.inspection().faulty(), "faulty line")
            + "; nothing was published");
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
        batch.name()
            + ": batch "
            + batch.id()
            + ", "
            + published.requests()
            + " of "
            + batch.inspection().requests()
            + " requests are on "
            + topic
            + ", "
            + published.before()
            + " of them from before; "
            + counted(batch.inspection().faulty(), "faulty line"));
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.submit;

import io.completionworker.cli.batch.Inspection;
import io.completionworker.cli.batch.RequestOptions;
import java.nio.file.Path;

/**
 * A file that can be published.
 *
 * @param id of the batch
 * @param name of the file as its user knows it
 * @param file where its lines are read
 * @param longestLine most bytes of a line that is read whole
 */
public record Batch(
    String id,
    String name,
    Path file,
    int longestLine,
    Inspection inspection,
    RequestOptions options) {

  /** Of the producer that publishes it. */
  String transactionalId() {
    return "completion-submit-" + id;
  }
}

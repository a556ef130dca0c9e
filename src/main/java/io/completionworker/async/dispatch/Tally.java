// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Emission;
import io.completionworker.completion.Progress;
import java.util.ArrayList;
import java.util.List;

/**
 * The attempts of one request whose usage rows do not wait for its outcome. It outlives the flight:
 * a task that comes back is offered the rows again, and takes those that its store does not know.
 * Dispatcher's loop only.
 */
final class Tally {

  private final List<Emission> rows = new ArrayList<>();
  private Progress progress;

  /** Begins with what the store remembers. */
  Tally(Progress stored) {
    progress = stored;
  }

  Progress progress() {
    return progress;
  }

  /**
   * Another attempt has a row.
   *
   * @param attempts that the request has used up
   */
  Progress add(int attempts) {
    progress = new Progress(attempts, progress.rows() + 1);
    return progress;
  }

  /** A row is encoded. */
  void written(Emission row) {
    rows.add(row);
  }

  /** Rows of this process, in order. */
  List<Emission> rows() {
    return rows;
  }

  /** The store may know more, since another process has gone on with the request meanwhile. */
  void catchUp(Progress stored) {
    if (stored.rows() > progress.rows()) {
      progress = stored;
      rows.clear();
    }
  }
}

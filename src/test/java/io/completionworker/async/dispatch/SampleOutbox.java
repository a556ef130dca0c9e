// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.outbox.TaskOutbox;
import io.completionworker.completion.IdHash;
import org.jspecify.annotations.Nullable;

/** An outbox of a task, and what the dispatcher sees of it. */
public final class SampleOutbox {

  private final TaskOutbox outbox = new Stage(1, false).open();

  /** The outbox. */
  public TaskOutbox outbox() {
    return outbox;
  }

  /** The offset of the answered request with this id at this time; null if there is none. */
  public @Nullable Long answeredAt(String id, long nowMillis) {
    return outbox.answeredAt(IdHash.of(id), nowMillis);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.redrive;

import java.util.EnumMap;
import java.util.Map;

/** What a redrive has done with the records that were asked for. */
public final class RedriveReport {

  /** What became of a record. */
  public enum Action {
    /** It is on the request topic again, or would be. */
    SENT("sent"),
    /** An earlier redrive has sent it. */
    SENT_BEFORE("sent before"),
    /** Its request is nowhere any more. */
    GONE("without their request, which is nowhere any more"),
    /** Nothing can tell whether it was sent before. */
    UNPROVEN("older than the request topic, so that nothing tells whether they were sent before");

    private final String words;

    Action(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  private final Map<Action, Long> counts = new EnumMap<>(Action.class);

  RedriveReport() {
    for (Action action : Action.values()) {
      counts.put(action, 0L);
    }
  }

  void count(Action action) {
    counts.merge(action, 1L, Long::sum);
  }

  /** How many records there were with which this was done. */
  public long of(Action action) {
    return counts.getOrDefault(action, 0L);
  }
}

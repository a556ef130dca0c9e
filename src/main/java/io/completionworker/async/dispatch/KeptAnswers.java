// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.flight.Flight;
import io.completionworker.completion.Answer;
import io.completionworker.completion.AnswerMemoryLimit;
import java.time.Duration;

/**
 * Counts the memory of received answers until their outcomes are committed, and decides whether
 * another call may start. Dispatcher's loop only.
 */
final class KeptAnswers {

  /** Time between two looks for room, or whether answers can be written: not all is reported. */
  static final long CHECK_NANOS = Duration.ofSeconds(1).toNanos();

  private final AnswerMemoryLimit room;
  private final CodecStage codec;
  private boolean crowded;

  KeptAnswers(AnswerMemoryLimit room, CodecStage codec) {
    this.room = room;
    this.codec = codec;
  }

  /**
   * Whether another call may start. None may while answers take too much memory, or while answers
   * cannot be written, since they would be paid for in vain.
   */
  boolean mayStart(int open) {
    crowded = !room.mayStart(open) || codec.answersRefused();
    return !crowded;
  }

  /**
   * Reserves room for an answer that is given without a call, under the rule for a call that could
   * start now. Returns false if it must wait.
   */
  boolean reserve(Flight flight, Answer answer, int open) {
    boolean may = mayStart(open);
    if (may) {
      keep(flight, (long) AnswerMemoryLimit.IN_MEMORY * answer.body().length());
    }
    return may;
  }

  /** Whether {@link #mayStart} held back the last call that could have started. */
  boolean crowded() {
    return crowded;
  }

  /** Counts an answer that was received. */
  void came(Flight flight, Answer answer) {
    long bytes = answer.body().length();
    room.came(bytes);
    keep(flight, AnswerMemoryLimit.IN_MEMORY * bytes);
  }

  /**
   * Sets how many bytes of a flight's outcome are in memory. The bytes of its chunks are added,
   * unless 0 says that nothing is kept.
   *
   * @return whether room became free after a call was held back
   */
  boolean keep(Flight flight, long bytes) {
    long more = flight.keeps(bytes);
    if (more != 0) {
      room.keep(more);
    }
    return more < 0 && crowded;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Answer;
import io.completionworker.completion.AnswerRoom;

/**
 * What is kept of answers that have come in, until their outcome is out, and whether another one
 * may be asked for. Dispatcher's loop only.
 */
final class KeptAnswers {

  private final AnswerRoom room;
  private final CodecStage codec;
  private boolean crowded;

  KeptAnswers(AnswerRoom room, CodecStage codec) {
    this.room = room;
    this.codec = codec;
  }

  /** Neither where answers take too much, nor where none can be written that would be bought. */
  boolean mayStart(int open) {
    crowded = !room.mayStart(open) || codec.answersRefused();
    return !crowded;
  }

  /** Whether the last call that could have started was not started for want of room. */
  boolean crowded() {
    return crowded;
  }

  /** An answer has come. */
  void came(Flight flight, Answer answer) {
    long bytes = answer.body().length();
    room.came(bytes);
    keep(flight, AnswerRoom.IN_MEMORY * bytes);
  }

  /**
   * Keeps no more than so many bytes of a flight's outcome, and its chunks; of 0, nothing.
   *
   * @return whether there is more room now, where there was too little
   */
  boolean keep(Flight flight, long bytes) {
    ChunkStream stream = flight.stream;
    long all = bytes == 0 || stream == null ? bytes : bytes + stream.writtenBytes();
    long more = all - flight.answerBytes;
    flight.answerBytes = all;
    if (more != 0) {
      room.keep(more);
    }
    return more < 0 && crowded;
  }
}

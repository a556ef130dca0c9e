// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Chunk;
import io.completionworker.completion.Chunk.ChunkDelta;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Emission;
import io.completionworker.completion.port.CompletionClient.DeltaSink;
import io.completionworker.config.StreamConfig;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one streamed attempt: groups its deltas, has the groups encoded one after the
 * other, and puts them into the completion queue of whichever task owns the flight.
 *
 * <p>It keeps what it has put there until the request has its outcome, since a task that comes back
 * to this process may have lost what it had not committed: then all of it is put there once more,
 * under the same indexes.
 *
 * <p>Threads: the dispatcher's loop, but for {@link #accept}, which an event loop calls.
 */
public final class ChunkStream implements DeltaSink {

  /** How long a stream is held back for chunks that are encoded and not emitted. */
  static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Flight flight;
  private final CompletionCall call;
  private final OpenAttempt start;
  private final int attempt;
  private final Chunks chunks;
  private final AtomicLong heldBytes = new AtomicLong();
  private final List<Emission> written = new ArrayList<>();
  private long writtenBytes;

  /** Bytes of the chunks that wait in a queue, oldest first; 0 for those that count no more. */
  private final Deque<Long> unemitted = new ArrayDeque<>();

  private List<ChunkDelta> group = new ArrayList<>();
  private long groupBytes;
  private int nextIndex;
  private int pauses;
  private boolean timed;
  private boolean writing;
  private boolean closed;
  private @Nullable Duration toFirstDelta;
  private @Nullable Runnable whenEnded;
  private volatile @Nullable Runnable resume;

  /**
   * What all streams of an instance share.
   *
   * @param codec encodes the groups
   */
  public record Chunks(Loop loop, CodecStage codec, StreamConfig config, Meters meters) {}

  /**
   * @param start of the attempt
   * @param attempt its number, from 1
   * @param before the stream of the attempt before, whose chunks may still wait in the same queue;
   *     or null
   */
  ChunkStream(
      Flight flight,
      CompletionCall call,
      OpenAttempt start,
      int attempt,
      @Nullable ChunkStream before,
      Chunks chunks) {
    this.flight = flight;
    this.call = call;
    this.start = start;
    this.attempt = attempt;
    this.chunks = chunks;
    if (before != null) {
      before.unemitted.forEach(bytes -> unemitted.addLast(0L)); // what is emitted has no name
    }
  }

  /**
   * Takes the deltas of an attempt that starts; of one that is not streamed there are none.
   * Attempts that cost nothing share a number; their chunks must not.
   */
  static DeltaSink of(Flight flight, CompletionCall call, OpenAttempt start, Chunks chunks) {
    if (!call.streamed()) {
      return DeltaSink.NONE;
    }
    flight.streams = Math.max(flight.streams, flight.attemptsMade) + 1;
    ChunkStream stream =
        new ChunkStream(flight, call, start, flight.streams, flight.stream, chunks);
    flight.stream = stream;
    return stream;
  }

  @Override
  public boolean accept(ChunkDelta delta, Runnable whenRoom) {
    boolean room = heldBytes.addAndGet(delta.bytes()) < chunks.config.bufferBytes();
    if (!room) {
      resume = whenRoom; // first, since the room may come as soon as the delta is handed over
    }
    chunks.loop.execute(
        () -> {
          add(delta);
          if (!room) {
            losePatience(++pauses);
          }
        });
    return room;
  }

  /** What the chunks take that are kept. */
  long writtenBytes() {
    return writtenBytes;
  }

  /** From the start of the attempt to its first delta; null as long as none came. */
  @Nullable Duration toFirstDelta() {
    return toFirstDelta;
  }

  /** The attempt has ended: what is left becomes its last chunk, and then this runs. */
  void end(Runnable then) {
    whenEnded = then;
    flush();
  }

  /** Its task has gone, and with it what waited there: nobody will say that it was emitted. */
  void orphaned() {
    countNoneInQueue();
    unemitted.clear();
  }

  /**
   * What its task does not emit for long is kept all the same, so that it is no reason to let the
   * endpoint wait until the attempt is given up and bought again: a task may have to wait for room
   * that only the outcome of this stream makes.
   */
  private void losePatience(int pause) {
    chunks.loop.schedule(
        PATIENCE_NANOS,
        () -> {
          if (pause == pauses && resume != null && !closed) {
            countNoneInQueue();
            losePatience(pause); // in case that more is still with the codec
          }
        });
  }

  private void countNoneInQueue() {
    long bytes = unemitted.stream().mapToLong(Long::longValue).sum();
    int waiting = unemitted.size();
    unemitted.clear();
    unemitted.addAll(Collections.nCopies(waiting, 0L));
    release(bytes);
  }

  /** Another task owns the flight now; nobody knows what the last one has committed. */
  void adopted() {
    orphaned(); // also where the last task does not know yet that it has gone
    for (Emission emission : written) {
      offer(emission, 0);
    }
  }

  /** The oldest chunk that waited in a queue was forwarded. */
  void emitted() {
    Long bytes = unemitted.pollFirst();
    if (bytes != null) {
      release(bytes);
    }
  }

  private void add(ChunkDelta delta) {
    boolean first = nextIndex == 0 && group.isEmpty() && !writing;
    group.add(delta);
    groupBytes += delta.bytes();
    if (first) {
      Duration took = start.took(chunks.loop.nanos());
      toFirstDelta = took;
      chunks.meters.firstChunk(took);
    }
    if (first || groupBytes >= chunks.config.maxBytes()) {
      flush(); // the first at once: it tells that there is an answer
    } else if (!timed) {
      timed = true;
      chunks.loop.schedule(chunks.config.interval().toNanos(), this::timeIsUp);
    }
  }

  private void timeIsUp() {
    timed = false;
    flush();
  }

  /** One group at a time: of several, the codec may try them in any order. */
  private void flush() {
    if (writing || closed) {
      return; // the end of the writing comes here again
    }
    boolean last = whenEnded != null;
    boolean wanted = !flight.is(FlightState.GONE);
    if (wanted && (!group.isEmpty() || (last && nextIndex > 0))) {
      write(last);
    } else if (last) {
      close();
    } else if (!wanted) {
      release(groupBytes);
      startGroup();
    }
  }

  private void write(boolean last) {
    writing = true;
    Chunk chunk =
        new Chunk(call, start.callId(), attempt, nextIndex++, last, group, flight.recovered);
    long bytes = groupBytes;
    startGroup();
    chunks.codec.write(chunk, emission -> written(emission, bytes, last));
  }

  private void startGroup() {
    group = new ArrayList<>();
    groupBytes = 0;
  }

  private void written(Emission emission, long bytes, boolean last) {
    writing = false;
    written.add(emission);
    writtenBytes += emission.bytes();
    offer(emission, bytes);
    if (last) {
      close();
    } else if (whenEnded != null || groupBytes >= chunks.config.maxBytes() || !timed) {
      flush(); // its time may have passed while the last one was written
    }
  }

  private void offer(Emission emission, long bytes) {
    if (flight.orphan() || flight.is(FlightState.GONE)) {
      release(bytes); // kept for who adopts it; a stream must not wait for one who never comes
    } else {
      unemitted.addLast(bytes);
      flight.owner.offer(emission);
    }
  }

  private void release(long bytes) {
    long held = heldBytes.addAndGet(-bytes);
    Runnable waiting = resume;
    if (waiting != null && held <= chunks.config.bufferBytes() / 2) {
      resume = null;
      waiting.run();
    }
  }

  private void close() {
    Runnable then = whenEnded;
    closed = true;
    if (then != null) {
      then.run();
    }
  }
}

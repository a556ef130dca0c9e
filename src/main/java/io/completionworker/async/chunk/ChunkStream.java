// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.chunk;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.loop.Loop;
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
 * The chunks of one streamed attempt. Groups the deltas, has the groups encoded one after the
 * other, and puts the chunks into the outbox of the task that owns the flight.
 *
 * <p>Keeps the encoded chunks until the request has its outcome. A task that comes back to this
 * process may have lost chunks that it had not committed. All of them are then offered again, under
 * the same indexes.
 *
 * <p>Threads: the dispatcher's loop, except {@link #accept}, which an event loop calls.
 */
public final class ChunkStream implements DeltaSink {

  /** How long a stream is paused for chunks that are encoded and not emitted. */
  public static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final Receiver receiver;
  private final CompletionCall call;
  private final String callId;
  private final long startedNanos;
  private final int attempt;
  private final Chunks chunks;
  private final AtomicLong heldBytes = new AtomicLong();
  private final List<Emission> written = new ArrayList<>();
  private long writtenBytes;

  /** Bytes of the chunks in an outbox, oldest first; 0 for chunks that no longer count. */
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

  /** The request that a stream belongs to, and where its chunks go. Dispatcher's loop only. */
  public interface Receiver {

    /** Whether nobody needs the chunks any more. */
    boolean isGone();

    /** Whether no task has the request now. One may adopt it later. */
    boolean orphan();

    /** Whether another process or task had accepted the request before. */
    boolean recovered();

    /** Puts a chunk into the outbox of the task that has the request. */
    void offer(Emission chunk);
  }

  /**
   * @param callId id of the attempt
   * @param startedNanos when it started, by the monotonic clock
   * @param attempt its number, from 1
   * @param before the stream of the attempt before, whose chunks may still be in the same outbox;
   *     or null
   */
  public ChunkStream(
      Receiver receiver,
      CompletionCall call,
      String callId,
      long startedNanos,
      int attempt,
      @Nullable ChunkStream before,
      Chunks chunks) {
    this.receiver = receiver;
    this.call = call;
    this.callId = callId;
    this.startedNanos = startedNanos;
    this.attempt = attempt;
    this.chunks = chunks;
    if (before != null) {
      before.unemitted.forEach(bytes -> unemitted.addLast(0L)); // emitted() names no chunk
    }
  }

  @Override
  public boolean accept(ChunkDelta delta, Runnable whenRoom) {
    boolean room = heldBytes.addAndGet(delta.bytes()) < chunks.config.bufferBytes();
    if (!room) {
      resume = whenRoom; // first: the loop may free room as soon as it has the delta
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

  /**
   * Publishes a whole answer that is known already, and runs {@code then} afterwards. Nobody waited
   * for a call, so it is no first chunk that is measured.
   */
  public void replay(ChunkDelta answer, Runnable then) {
    heldBytes.addAndGet(answer.bytes());
    add(answer, true);
    end(then);
  }

  /** Returns the size of the chunks that are kept, in bytes. */
  public long writtenBytes() {
    return writtenBytes;
  }

  /**
   * Returns the time from the start of the attempt to its first delta; null if none has come yet.
   */
  public @Nullable Duration toFirstDelta() {
    return toFirstDelta;
  }

  /** Ends the stream: encodes what is left as the last chunk, and runs {@code then} afterwards. */
  public void end(Runnable then) {
    whenEnded = then;
    flush();
  }

  /**
   * Handles the close of the task, whose queued chunks are dropped and never reported as emitted.
   */
  public void orphaned() {
    countNoneInQueue();
    unemitted.clear();
  }

  /**
   * Stops counting chunks that the task does not emit for long, so that the stream can go on. The
   * chunks are kept in memory anyway. A longer pause would end the attempt, which would have to be
   * paid for again. The task itself may be waiting for room that only the outcome of this stream
   * makes.
   */
  private void losePatience(int pause) {
    chunks.loop.schedule(
        PATIENCE_NANOS,
        () -> {
          if (pause == pauses && resume != null && !closed) {
            countNoneInQueue();
            losePatience(pause); // more chunks may still be with the codec
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

  /** Offers all chunks to a new owner, since it is not known which the last owner committed. */
  public void adopted() {
    orphaned(); // the last task may not know yet that it has lost its partition
    for (Emission emission : written) {
      offer(emission, 0);
    }
  }

  /** Records that the oldest chunk in an outbox was forwarded or dropped. */
  public void emitted() {
    Long bytes = unemitted.pollFirst();
    if (bytes != null) {
      release(bytes);
    }
  }

  private void add(ChunkDelta delta) {
    boolean first = nextIndex == 0 && group.isEmpty() && !writing;
    if (first) {
      Duration took = Duration.ofNanos(chunks.loop.nanos() - startedNanos);
      toFirstDelta = took;
      chunks.meters.firstChunk(took);
    }
    add(delta, first);
  }

  private void add(ChunkDelta delta, boolean first) {
    group.add(delta);
    groupBytes += delta.bytes();
    if (first || groupBytes >= chunks.config.maxBytes()) {
      flush(); // the first at once, as a sign that there is an answer
    } else if (!timed) {
      timed = true;
      chunks.loop.schedule(chunks.config.interval().toNanos(), this::timeIsUp);
    }
  }

  private void timeIsUp() {
    timed = false;
    flush();
  }

  /** Has the deltas encoded, one group at a time: the codec may try several in any order. */
  private void flush() {
    if (writing || closed) {
      return; // written() calls this method again
    }
    boolean last = whenEnded != null;
    boolean wanted = !receiver.isGone();
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
    Chunk chunk = new Chunk(call, callId, attempt, nextIndex++, last, group, receiver.recovered());
    long bytes = groupBytes;
    startGroup();
    chunks.codec.write(chunk, bytes, emission -> written(emission, bytes, last));
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
      flush(); // its time may have passed while the last chunk was encoded
    }
  }

  private void offer(Emission emission, long bytes) {
    if (receiver.orphan() || receiver.isGone()) {
      release(bytes); // kept for adoption, which may never come: the stream must not wait
    } else {
      unemitted.addLast(bytes);
      receiver.offer(emission);
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

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * How much memory the answers of this instance take, from the first byte that comes in until their
 * outcome is out, and how much they may. Safe on every thread; never waits.
 *
 * <p>Two things keep to the bound. No call starts unless there is room for what is kept, for the
 * answers of the calls that are open, as large as answers were lately, and for one more. And where
 * answers turn out larger than that, those that come in are paused, but for one, which may always
 * go on while at most half of the room is taken by answers that have come in whole: so one after
 * the other is done, and the bound is exceeded by one answer at most.
 */
public final class AnswerRoom {

  /** A byte that has come in takes two: buffers grow by doubling, and are read into a text. */
  public static final int IN_MEMORY = 2;

  private static final long FIRST_ESTIMATE = 8_192;
  private static final int SLOW = 16;
  private static final int WAKE_BYTES = 65_536;

  private final long bound;
  private long coming;
  private long kept;
  private long estimate = FIRST_ESTIMATE;
  private @Nullable Share privileged;
  private final Queue<Share> paused = new ArrayDeque<>();

  /**
   * @param bytes the bound
   */
  public AnswerRoom(long bytes) {
    this.bound = bytes;
  }

  /** What all answers take now, in bytes. */
  public synchronized long taken() {
    return coming + kept;
  }

  /**
   * Whether one more call may start. Where nothing is open and nothing kept, one may always: so
   * even an answer that is expected to be larger than all the room is asked for.
   *
   * @param open calls that are open
   */
  public synchronized boolean mayStart(int open) {
    if (open == 0 && kept == 0) {
      return true;
    }
    long expected = Math.max(coming, open * estimate);
    return kept + expected + estimate <= bound;
  }

  /** An answer has come in whole, and was so many bytes: the next are expected to be alike. */
  public synchronized void came(long bytes) {
    long size = bytes * IN_MEMORY;
    estimate = size > estimate ? (estimate + size) / 2 : estimate - (estimate - size) / SLOW;
  }

  /** So much more is kept of answers that have come in; less, where it is negative. */
  public void keep(long bytes) {
    List<Share> woken;
    synchronized (this) {
      kept += bytes;
      woken = bytes < 0 ? wake() : List.of();
    }
    woken.forEach(share -> share.resume.run());
  }

  /**
   * Room for an answer that is about to come in.
   *
   * @param resume has it read on after it was told to pause; run on any thread
   */
  public Share open(Runnable resume) {
    return new Share(resume);
  }

  /** What one answer takes while it comes in. */
  public final class Share {

    private final Runnable resume;
    private long bytes;
    private boolean waits;
    private boolean closed;

    private Share(Runnable resume) {
      this.resume = resume;
    }

    /**
     * So many bytes of it are held now.
     *
     * @return whether more may be read; else not before {@code resume} was run
     */
    public boolean holds(long now) {
      synchronized (AnswerRoom.this) {
        if (closed) {
          return true;
        }
        long before = bytes;
        bytes = now * IN_MEMORY;
        coming += bytes - before;
        if (waits) {
          return false;
        }
        if (coming + kept <= bound || mayPass(this)) {
          return true;
        }
        waits = true;
        paused.add(this);
        return false;
      }
    }

    /** It has come in, or never will. */
    public void close() {
      List<Share> woken;
      synchronized (AnswerRoom.this) {
        if (closed) {
          return;
        }
        closed = true;
        coming -= bytes;
        if (waits) {
          paused.remove(this);
        }
        if (privileged == this) {
          privileged = null;
        }
        woken = wake();
      }
      woken.forEach(share -> share.resume.run());
    }
  }

  /** One of them may go on beyond the bound, unless what has come in before it is still kept. */
  private boolean mayPass(Share share) {
    if (privileged == null && kept <= bound / 2) {
      privileged = share;
    }
    return privileged == share;
  }

  private List<Share> wake() {
    if (paused.isEmpty()) {
      return List.of();
    }
    List<Share> woken = new ArrayList<>();
    long room = bound - coming - kept;
    while (!paused.isEmpty() && (room > 0 || mayPass(paused.element()))) {
      Share next = paused.remove();
      next.waits = false;
      woken.add(next);
      room = room > WAKE_BYTES ? room - WAKE_BYTES : 0;
    }
    return woken;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory that the answers of this instance take, from the first byte received until
 * their outcome is committed. Safe on every thread, and never blocks.
 *
 * <p>Two rules keep the limit. First, a call starts only if there is room for everything that is
 * kept, for the answers of the calls in flight at the size of recent answers, and for one more
 * answer. Second, if answers turn out larger than expected, the responses being received are
 * paused, except one. That one may always continue while completely received answers take at most
 * half of the room. So the answers complete one after the other, and at most one answer exceeds the
 * limit.
 */
public final class AnswerMemoryLimit {

  /** Bytes of memory for one byte received: buffers grow by doubling, and are converted to text. */
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
   * @param bytes the limit
   */
  public AnswerMemoryLimit(long bytes) {
    this.bound = bytes;
  }

  /** Returns the memory that all answers take now, in bytes. */
  public synchronized long taken() {
    return coming + kept;
  }

  /**
   * Whether one more call may start. If no call is in flight and nothing is kept, one may always
   * start, even if its answer is expected to exceed the limit.
   *
   * @param open number of calls in flight
   */
  public synchronized boolean mayStart(int open) {
    if (open == 0 && kept == 0) {
      return true;
    }
    long expected = Math.max(coming, open * estimate);
    return kept + expected + estimate <= bound;
  }

  /**
   * Records the size of a completely received answer, from which the size of the next ones is
   * estimated.
   */
  public synchronized void came(long bytes) {
    long size = bytes * IN_MEMORY;
    estimate = size > estimate ? (estimate + size) / 2 : estimate - (estimate - size) / SLOW;
  }

  /** Adds bytes to what is kept of received answers; a negative number removes them. */
  public void keep(long bytes) {
    List<Share> woken;
    synchronized (this) {
      kept += bytes;
      woken = bytes < 0 ? wake() : List.of();
    }
    woken.forEach(share -> share.resume.run());
  }

  /**
   * Opens the share of an answer that is about to be received.
   *
   * @param resume resumes reading after a pause; called on any thread
   */
  public Share open(Runnable resume) {
    return new Share(resume);
  }

  /** The memory that one answer takes while it is received. */
  public final class Share {

    private final Runnable resume;
    private long bytes;
    private boolean waits;
    private boolean closed;

    private Share(Runnable resume) {
      this.resume = resume;
    }

    /**
     * Reports how many bytes of the answer are held now.
     *
     * @return whether more may be read; if false, reading must pause until {@code resume} is called
     */
    public boolean holds(long now) {
      synchronized (AnswerMemoryLimit.this) {
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

    /** Closes the share, because the answer was received or never will be. */
    public void close() {
      List<Share> woken;
      synchronized (AnswerMemoryLimit.this) {
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

  /**
   * Whether this share is the one that may exceed the limit. If there is none, this share becomes
   * it, unless kept answers take more than half of the limit.
   */
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

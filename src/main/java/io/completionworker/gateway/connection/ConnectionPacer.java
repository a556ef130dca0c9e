// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Limits how many connections that can each carry several calls are opened at once. It first opens
 * one. While that is not enough, it opens at most as many more as are open.
 *
 * <p>The number of calls that a connection can carry is known only after it was opened. Without
 * this limit, a burst of calls would open a connection for each of them: hundreds of handshakes for
 * calls that one connection might carry. Used by one thread only.
 */
public final class ConnectionPacer {

  private final Deque<Call> waiting = new ArrayDeque<>();
  private int connections;
  private long capacity;
  private int running;
  private int opening;

  /** A call that waits, is started, gets a connection, and ends. */
  public final class Call {

    private final Consumer<Call> go;
    private boolean goes;
    private boolean opens;
    private boolean over;

    private Call(Consumer<Call> go) {
      this.go = go;
    }

    /** Records that the call got a connection, or that connecting failed. */
    public void connected() {
      if (opens) {
        opens = false;
        opening--;
        drain();
      }
    }

    /** Records that the call ended, whatever state it had reached. */
    public void ended() {
      if (over) {
        return;
      }
      over = true;
      if (!goes) {
        waiting.remove(this);
        return;
      }
      running--;
      if (opens) {
        opens = false;
        opening--;
      }
      drain();
    }
  }

  /** Runs {@code go} as soon as the limit allows it: now or later, on this thread. */
  public Call admit(Consumer<Call> go) {
    Call call = new Call(go);
    waiting.add(call);
    drain();
    return call;
  }

  /** Records that a connection was opened that can carry this many calls at once. */
  public void opened(long calls) {
    connections++;
    capacity += calls;
  }

  /** Records that a connection was closed that could carry this many calls at once. */
  public void closed(long calls) {
    connections--;
    capacity -= calls;
  }

  private void drain() {
    while (!waiting.isEmpty()) {
      boolean fits = running - opening < capacity;
      if (!fits && !mayOpen()) {
        return;
      }
      Call call = waiting.remove();
      call.goes = true;
      running++;
      if (!fits) {
        call.opens = true;
        opening++;
      }
      call.go.accept(call);
    }
  }

  /**
   * Whether one more connection may be opened now. At most as many are opened at once as are open
   * (but at least one), and not more than the waiting calls will need.
   */
  private boolean mayOpen() {
    long others = connections == 0 ? 0 : Math.max(1, capacity / connections) - 1;
    return opening < Math.max(1, connections) && opening * others < waiting.size();
  }
}

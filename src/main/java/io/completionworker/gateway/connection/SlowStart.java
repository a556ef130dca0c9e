// SPDX-License-Identifier: Apache-2.0
package io.completionworker.gateway.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * The pace at which connections are opened that can each carry several calls: one, and while that
 * is not enough at most as many again as are open.
 *
 * <p>How many calls a connection carries is known only once it is open. Without a pace a burst of
 * calls would open a connection for each of them, hundreds of handshakes for what one might carry.
 * For one thread.
 */
public final class SlowStart {

  private final Deque<Call> waiting = new ArrayDeque<>();
  private int connections;
  private long capacity;
  private int running;
  private int opening;

  /** A call on its way: waits, goes, has a connection, ends. */
  public final class Call {

    private final Consumer<Call> go;
    private boolean goes;
    private boolean opens;
    private boolean over;

    private Call(Consumer<Call> go) {
      this.go = go;
    }

    /** It has a connection, or gets none. */
    public void connected() {
      if (opens) {
        opens = false;
        opening--;
        drain();
      }
    }

    /** It is over, however far it came. */
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

  /** Lets a call go as soon as the pace allows; now or later, on this thread. */
  public Call admit(Consumer<Call> go) {
    Call call = new Call(go);
    waiting.add(call);
    drain();
    return call;
  }

  /** A connection is open that carries this many calls at once. */
  public void opened(long calls) {
    connections++;
    capacity += calls;
  }

  /** A connection that carried this many is closed. */
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

  /** Not more than are open, and not more than those that wait will need. */
  private boolean mayOpen() {
    long others = connections == 0 ? 0 : Math.max(1, capacity / connections) - 1;
    return opening < Math.max(1, connections) && opening * others < waiting.size();
  }
}

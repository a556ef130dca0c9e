// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts an endpoint's calls, and on demand which of them repeat a call of the same request. Any
 * thread.
 *
 * <p>The trace id identifies the request: the worker derives it from the position of the record, so
 * it is the same whichever process makes the call.
 */
final class CallLedger {

  /** Argument of an endpoint that counts by request, which costs memory for each request. */
  static final String BY_REQUEST = "by-request";

  /** By trace id, whether the last call was answered; null if it does not count by request. */
  private final @Nullable Map<String, Boolean> answered;

  private long total;
  private int open;
  private int peakOpen;
  private long cut;
  private long repeated;
  private long repeatedUnanswered;

  CallLedger(boolean byRequest) {
    answered = byRequest ? new HashMap<>() : null;
  }

  synchronized Call begin(@Nullable String traceId) {
    total++;
    open++;
    peakOpen = Math.max(peakOpen, open);
    String request = traceId == null ? "" : traceId;
    Boolean before = answered == null ? null : answered.put(request, false);
    if (before != null) {
      repeated++;
      repeatedUnanswered += before ? 0 : 1;
    }
    return new Call(request);
  }

  synchronized int peakOpen() {
    return peakOpen;
  }

  synchronized EndpointProcess.Counts counts() {
    return new EndpointProcess.Counts(total, open, cut, repeated, repeatedUnanswered);
  }

  /** One call. It ends once; later ends are ignored. */
  final class Call {

    private final String request;
    private boolean ended;

    private Call(String request) {
      this.request = request;
    }

    /** Ends it by an answer; false if it has been cut before. */
    boolean answer() {
      synchronized (CallLedger.this) {
        boolean first = end();
        if (first && answered != null) {
          answered.put(request, true);
        }
        return first;
      }
    }

    /** Ends it because its connection is closed. */
    void cut() {
      synchronized (CallLedger.this) {
        cut += end() ? 1 : 0;
      }
    }

    private boolean end() {
      boolean first = !ended;
      ended = true;
      open -= first ? 1 : 0;
      return first;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Adds the trace of the request to log lines about it, including those of libraries. */
public final class LoggedTrace {

  private static final String TRACE_ID = "trace_id";
  private static final String SPAN_ID = "span_id";

  private LoggedTrace() {}

  /**
   * Runs the work. Log lines of this thread carry this trace and span until the work ends, and
   * after that those that they carried before.
   */
  public static <T extends @Nullable Object> T during(
      String traceId, String spanId, Supplier<T> work) {
    String outerTraceId = MDC.get(TRACE_ID);
    String outerSpanId = MDC.get(SPAN_ID);
    MDC.put(TRACE_ID, traceId);
    MDC.put(SPAN_ID, spanId);
    try {
      return work.get();
    } finally {
      restore(TRACE_ID, outerTraceId);
      restore(SPAN_ID, outerSpanId);
    }
  }

  private static void restore(String key, @Nullable String outer) {
    if (outer == null) {
      MDC.remove(key);
    } else {
      MDC.put(key, outer);
    }
  }

  /** Runs work without a result in the same way. */
  public static void run(String traceId, String spanId, Runnable work) {
    during(
        traceId,
        spanId,
        () -> {
          work.run();
          return traceId;
        });
  }
}

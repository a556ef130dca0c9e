// SPDX-License-Identifier: Apache-2.0
package io.completionworker.logging;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Says in lines of the log which request they are about, in those of libraries too. */
public final class LoggedTrace {

  private static final String TRACE_ID = "trace_id";
  private static final String SPAN_ID = "span_id";

  private LoggedTrace() {}

  /** What this thread logs meanwhile is about the request with this trace and span. */
  public static <T extends @Nullable Object> T during(
      String traceId, String spanId, Supplier<T> work) {
    MDC.put(TRACE_ID, traceId);
    MDC.put(SPAN_ID, spanId);
    try {
      return work.get();
    } finally {
      MDC.remove(TRACE_ID);
      MDC.remove(SPAN_ID);
    }
  }

  /** The same of work without a result. */
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

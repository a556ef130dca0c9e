// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that spans cannot be exported, and once that they can again. */
final class WatchedExporter implements SpanExporter {

  private static final Logger log = LoggerFactory.getLogger(WatchedExporter.class);

  private final SpanExporter exporter;
  private boolean failing;
  private long lost;

  WatchedExporter(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int count = spans.size();
    CompletableResultCode result = exporter.export(spans);
    result.whenComplete(
        () -> {
          if (result.isSuccess()) {
            succeeded();
          } else {
            failed(count, result.getFailureThrowable());
          }
        });
    return result;
  }

  private synchronized void failed(int spans, @Nullable Throwable cause) {
    lost += spans;
    if (!failing) {
      failing = true;
      log.atWarn()
          .addKeyValue("cause", cause == null ? "refused" : root(cause).getClass().getName())
          .log("Spans cannot be exported and are dropped; requests go on");
    }
  }

  private synchronized void succeeded() {
    if (failing) {
      failing = false;
      log.atInfo().addKeyValue("lost", lost).log("Spans are exported again");
      lost = 0;
    }
  }

  /** Its message may name the collector's address, and with it a password. */
  private static Throwable root(Throwable cause) {
    Throwable root = cause;
    for (Throwable next = cause.getCause(); next != null && next != root; next = root.getCause()) {
      root = next;
    }
    return root;
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.tracing;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Gives a span the ids that its request has: they stand on the output records and are the same
 * after a restart, so they are made of the request and not of chance. Safe on every thread.
 */
final class GivenIds implements IdGenerator {

  private static final ThreadLocal<@Nullable SpanContext> GIVEN = new ThreadLocal<>();

  private final IdGenerator random = IdGenerator.random();

  /** Starts a span that is known by this context already. */
  Span start(SpanBuilder span, SpanContext own) {
    GIVEN.set(own);
    try {
      return span.startSpan();
    } finally {
      GIVEN.remove();
    }
  }

  @Override
  public String generateSpanId() {
    SpanContext own = GIVEN.get();
    return own == null ? random.generateSpanId() : own.getSpanId();
  }

  @Override
  public String generateTraceId() {
    SpanContext own = GIVEN.get();
    return own == null ? random.generateTraceId() : own.getTraceId();
  }
}

/**
 * Reports requests and their attempts as OpenTelemetry spans.
 *
 * <p>Tracing is off unless an exporter is configured. While it is off, there is no SDK, no thread
 * and no cost. Spans contain no text of prompts and answers unless the configuration asks for it,
 * and never a secret. A thread of the SDK exports the spans. When its queue is full, spans are
 * dropped.
 */
@NullMarked
package io.completionworker.tracing;

import org.jspecify.annotations.NullMarked;

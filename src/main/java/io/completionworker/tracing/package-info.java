/**
 * Requests and their attempts as OpenTelemetry spans.
 *
 * <p>Off unless an exporter is configured, and then there is no SDK, no thread and no cost. Spans
 * hold no text of prompts and answers unless that is asked for, and never a secret. Exporting is
 * done by a thread of the SDK; when its queue is full, spans are dropped.
 */
@NullMarked
package io.completionworker.tracing;

import org.jspecify.annotations.NullMarked;

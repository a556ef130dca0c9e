/**
 * Streamed answers: from packets to events, from events to deltas, and from deltas to the answer as
 * it would have come in one piece.
 *
 * <p>One stream lives on one event loop and never blocks. It is told of packets and of their end;
 * knows nothing of connections, headers, status codes or time limits.
 */
@NullMarked
package io.completionworker.gateway.stream;

import org.jspecify.annotations.NullMarked;

/**
 * Reads streamed answers: converts packets to events, events to deltas, and deltas to the answer in
 * the form of one that is not streamed.
 *
 * <p>A stream is used by one event loop and never blocks. Its caller passes it the packets and
 * their end. It does not depend on connections, headers, status codes or time limits.
 */
@NullMarked
package io.completionworker.gateway.stream;

import org.jspecify.annotations.NullMarked;

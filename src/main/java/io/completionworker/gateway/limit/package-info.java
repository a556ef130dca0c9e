/**
 * Reads what the headers of a response say about limits: how long to wait, and what remains.
 *
 * <p>Consists of pure functions of headers and the clock, which are thread-safe and run on the
 * event loops. An unreadable value is treated as absent: an answer must never be lost because of a
 * header.
 */
@NullMarked
package io.completionworker.gateway.limit;

import org.jspecify.annotations.NullMarked;

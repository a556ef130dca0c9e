/**
 * The stream thread's side of requests in flight: accept, store, emit, and how much is taken in.
 *
 * <p>Stream threads own the processor and its store, and are the only ones that forward. What
 * happens between accepting and emitting is the dispatcher's; the completion queue of a task is all
 * they share.
 *
 * <p>Knows nothing of HTTP, of Avro or of what a completion says: a request is a position and
 * bytes, an outcome is a value that another stage wrote.
 */
@NullMarked
package io.completionworker.async;

import org.jspecify.annotations.NullMarked;

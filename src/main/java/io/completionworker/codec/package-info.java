/**
 * The two ends of a request's path off the stream thread: accepted bytes in, a call out; an outcome
 * in, encoded records out.
 *
 * <p>Runs on the codec thread, which may block on the schema registry for a bounded time. Knows the
 * records, the headers and the size bound, and neither how a serde finds its schemas nor how a call
 * is made. No credential is ever put into a record, a message or a log line from here.
 */
@NullMarked
package io.completionworker.codec;

import org.jspecify.annotations.NullMarked;

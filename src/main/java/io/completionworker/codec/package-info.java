/**
 * Converts the bytes of accepted requests into calls, and outcomes into encoded records. Both
 * happen off the stream thread.
 *
 * <p>Runs on the codec thread, which may block on the schema registry for a bounded time, and on
 * the dispatcher's, where nothing waits. Two records are never decoded at the same time, nor two
 * values encoded. Knows the records, the headers and the size limit. Does not know how a serde
 * finds its schemas or how a call is made. This package puts no credential into a record, a message
 * or a log line.
 */
@NullMarked
package io.completionworker.codec;

import org.jspecify.annotations.NullMarked;

/**
 * Reads the headers of source records, and builds the headers of calls and output records.
 *
 * <p>Pure functions, safe on every thread. Knows the values of the gateway's headers and W3C Trace
 * Context; what becomes of a header is in {@link io.completionworker.headers.KnownHeader}. Does not
 * know how a record is decoded or a call is made. Header values may be credentials, so no message
 * shows one.
 */
@NullMarked
package io.completionworker.codec.headers;

import org.jspecify.annotations.NullMarked;

/**
 * Reads the headers of source records, and builds the headers of calls and output records.
 *
 * <p>Pure functions, safe on every thread. Knows the gateway's header names and W3C Trace Context.
 * Does not know how a record is decoded or a call is made. Header values may be credentials, so no
 * message shows one.
 */
@NullMarked
package io.completionworker.codec.headers;

import org.jspecify.annotations.NullMarked;

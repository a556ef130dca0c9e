/**
 * What the headers of a record mean, and what those of a call and of its outputs say.
 *
 * <p>Pure functions, safe on every thread. Knows the gateway's header names and W3C Trace Context;
 * knows nothing of how a record is decoded or a call is made. Values of headers may be credentials:
 * none is ever shown in a message.
 */
@NullMarked
package io.completionworker.codec.headers;

import org.jspecify.annotations.NullMarked;

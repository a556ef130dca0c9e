/** Streams of events, and what is put together of them. */
@NullMarked
package io.completionworker.gateway.stream;

import org.jspecify.annotations.NullMarked;

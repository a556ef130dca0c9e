/**
 * What connections are made with and how fast: certificates and keys, read from their files and
 * checked once at the start, and the pace at which connections are opened.
 *
 * <p>Knows the runtime's own classes only, and nothing of HTTP; no password leaves it in a message.
 * Identification is immutable and safe on every thread, a pace belongs to one event loop.
 */
@NullMarked
package io.completionworker.gateway.connection;

import org.jspecify.annotations.NullMarked;

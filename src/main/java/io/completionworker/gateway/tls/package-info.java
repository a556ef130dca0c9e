/**
 * Certificates and keys of the connection, read from their files and checked once, at the start.
 *
 * <p>Immutable, safe on every thread. Knows the runtime's own security classes only, and nothing of
 * HTTP; no password leaves it in a message.
 */
@NullMarked
package io.completionworker.gateway.tls;

import org.jspecify.annotations.NullMarked;

/**
 * Certificates and keys of the connections to the endpoint. They are read from their files and
 * checked once at the start. {@link ConnectionPacer} limits how fast connections are opened.
 *
 * <p>Uses only the key stores of the Java runtime and does not depend on HTTP. No message contains
 * a password. {@link TlsIdentity} is immutable and thread-safe.
 */
@NullMarked
package io.completionworker.gateway.connection;

import org.jspecify.annotations.NullMarked;

/**
 * The trusted certificates and keys of the connection to a schema registry, from Kafka's own {@code
 * ssl.*} settings.
 *
 * <p>Files are read on request. The result is immutable and thread-safe. This package knows nothing
 * of registries or HTTP.
 */
@NullMarked
package io.completionworker.serde.registry.tls;

import org.jspecify.annotations.NullMarked;

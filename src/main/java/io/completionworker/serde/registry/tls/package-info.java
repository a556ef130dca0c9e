/**
 * Trust and keys of the connection to a schema registry, from Kafka's own {@code ssl.*} settings.
 *
 * <p>Reads files when it is asked to, and is immutable from then on, safe on every thread. Knows
 * nothing of registries or HTTP.
 */
@NullMarked
package io.completionworker.serde.registry.tls;

import org.jspecify.annotations.NullMarked;

/**
 * The limits of a provider: who may call now, what it costs, and what the headers say.
 *
 * <p>The endpoint's event loop decides; any thread may read the counts. Knows bodies and header
 * names, nothing of connections.
 */
@NullMarked
package io.completionworker.demo.endpoint.limit;

import org.jspecify.annotations.NullMarked;

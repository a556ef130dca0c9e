/**
 * Serves health and metrics over HTTP, for probes and scrapers.
 *
 * <p>The server has an event loop of its own, so that a busy worker still answers its probes. The
 * package does not know what is healthy or measured. It asks for both when a request comes.
 */
@NullMarked
package io.completionworker.management;

import org.jspecify.annotations.NullMarked;

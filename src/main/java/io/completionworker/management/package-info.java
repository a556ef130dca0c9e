/**
 * Health and metrics over HTTP, for probes and scrapers.
 *
 * <p>Has an event loop of its own, so that a busy worker still answers its probes. Knows nothing of
 * what is healthy or measured: both are asked for when a request comes.
 */
@NullMarked
package io.completionworker.management;

import org.jspecify.annotations.NullMarked;

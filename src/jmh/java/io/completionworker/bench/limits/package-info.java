/**
 * Measurements of the worker against an endpoint that limits, refuses and goes away: how much of
 * what is permitted gets done, and what it costs in refusals.
 *
 * <p>The workers run in processes of their own; endpoint, broker and reader are in this one, since
 * nothing here is near the limits of a machine. All on the main thread.
 */
@NullMarked
package io.completionworker.bench.limits;

import org.jspecify.annotations.NullMarked;

/**
 * The guarantees under fire: each is a class, and a run drives load and faults, tells them what it
 * sees, and asks each in the end.
 *
 * <p>The run's thread does everything, but for calls, which the endpoint's event loop reports.
 * Faults and their order come from a seed.
 */
@NullMarked
package io.completionworker.guarantee;

import org.jspecify.annotations.NullMarked;

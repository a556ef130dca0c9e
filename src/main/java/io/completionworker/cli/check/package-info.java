/**
 * Checks the worker's environment before it starts: brokers, topics, registry, endpoint and clock.
 * Changes nothing there.
 *
 * <p>Each check runs on a thread of its own, for a bounded time. The package must not depend on the
 * gateway's client, which is behind {@link io.completionworker.cli.check.Checks.EndpointProbe}.
 */
@NullMarked
package io.completionworker.cli.check;

import org.jspecify.annotations.NullMarked;

/**
 * What the worker needs of the world, looked at before it starts: brokers, topics, registry,
 * endpoint and clock. Changes nothing there.
 *
 * <p>Each check runs on a thread of its own, for a bounded time. Must not know the gateway's
 * client: that is behind {@link io.completionworker.cli.check.Checks.EndpointProbe}.
 */
@NullMarked
package io.completionworker.cli.check;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.port.CallTracer;
import io.completionworker.completion.port.CompletionClient;

/**
 * How calls are made.
 *
 * @param maxInFlight most of them that are open at once
 * @param tracer hears of them
 */
public record Calls(CompletionClient client, int maxInFlight, CallTracer tracer) {}

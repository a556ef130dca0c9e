// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.Attempt;
import io.completionworker.completion.CompletionCall;
import io.completionworker.pricing.Cost;
import org.jspecify.annotations.Nullable;

/**
 * An attempt that was or may have been billed, and what it cost: worked out once, whatever becomes
 * of its row.
 *
 * @param provider that served it, else the one asked for, or null
 */
record BilledAttempt(CompletionCall call, Attempt attempt, @Nullable String provider, Cost cost) {}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

/**
 * Tokens that were billed.
 *
 * @param cached of the prompt, read from the provider's cache
 * @param cacheWritten of the prompt, written to the provider's cache
 * @param reasoning of the completion
 */
public record Tokens(
    long prompt, long completion, long cached, long cacheWritten, long reasoning) {}

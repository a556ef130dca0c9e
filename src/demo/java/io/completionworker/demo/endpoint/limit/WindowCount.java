// SPDX-License-Identifier: Apache-2.0
package io.completionworker.demo.endpoint.limit;

/**
 * Calls of one window.
 *
 * @param start milliseconds since the epoch
 * @param millis length
 * @param credential empty when the limits are for all together
 * @param admitted let through, whatever came of them
 * @param overRequests refused for the number of requests
 * @param overTokens refused for the number of tokens
 * @param overQuota refused because the account is exhausted
 * @param tokens charged so far to calls that were admitted in this window, however late they ended,
 *     and what those hold that are still open
 */
public record WindowCount(
    long start,
    long millis,
    String credential,
    long admitted,
    long overRequests,
    long overTokens,
    long overQuota,
    long tokens) {

  /** Refused because of a limit: not for the quota. */
  public long limited() {
    return overRequests + overTokens;
  }
}

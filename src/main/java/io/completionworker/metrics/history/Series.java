// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

/** Values that have a history. A value whose meter is not there is left out. */
public enum Series {
  /** Responses a second, over the last ten seconds. */
  RESPONSES,
  /** Requests a second that ended without an answer, dead letters among them. */
  FAILURES,
  /** Further attempts a second. */
  RETRIES,
  /** Calls open at the endpoint. */
  IN_FLIGHT,
  /** Requests accepted and without an outcome. */
  PENDING,
  /** Their size in the store, in bytes. */
  PENDING_BYTES,
  /** Those that wait undecoded for room in their scope. */
  PARKED,
  /** Age of the oldest of them in seconds. */
  QUEUE_AGE,
  /** Seconds that answered calls took, half of them at most this, over the last minute. */
  CALL_P50,
  /** The same for 95 of 100. */
  CALL_P95,
  /** The same for 99 of 100. */
  CALL_P99,
  /** Seconds from request to response, half of them at most this, over the last minute. */
  REQUEST_P50,
  /** The same for 95 of 100. */
  REQUEST_P95,
  /** The same for 99 of 100. */
  REQUEST_P99,
  /** Tokens of prompts in the last minute, or since the start when that is less. */
  PROMPT_TOKENS,
  /** The same of answers. */
  COMPLETION_TOKENS,
  /** What they cost; a price file has one currency. */
  COST,
  /** This instance's part of the limits, from 0 to 1. */
  SHARE,
  /** Credentials on hold. */
  ON_HOLD,
  /** Credentials whose breaker is open. */
  BREAKERS_OPEN,
  /** 1 while the intake is paused. */
  INTAKE_PAUSED,
  /** Records of the request topic that the group has not taken, in the partitions that are here. */
  LAG,
  /** Outcomes a second over the last minute; none in the first minute. */
  DONE,
  /** Calls that ended in the last minute, or since the start when that is less. */
  CALLS,
  /** Those of them without an answer. */
  CALLS_FAILED
}

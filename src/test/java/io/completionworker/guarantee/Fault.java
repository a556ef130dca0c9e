// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

/** What is done to the instances and to what they need. */
enum Fault {
  /** {@code kill -9}; variant: the next one starts in the same directory. */
  KILL,
  JOIN,
  LEAVE,
  /** Three instances, each stopped and started again before the next one is. */
  ROLLING_RESTART,
  /** Variant: one after the other, so that two are always there. */
  BROKER_RESTART,
  /** One of three, without a word; it comes back when enough went on without it. */
  BROKER_LOST,
  /** An instance starts without a registry. */
  REGISTRY_DOWN_AT_START,
  REGISTRY_DOWN_MIDWAY,
  /** Of the state directory; variant: the instance ends before there is room again. */
  DISK_FULL,
  /** For longer than its session. */
  PAUSED
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.topics;

/** Records of a request topic that its retention has deleted before a worker had read them. */
public final class UnreadRecords {

  /**
   * The most records that the committed offset of an idle partition may be behind its end for ever:
   * markers of transactions, which are never consumed.
   */
  public static final long MARKERS = 2;

  private UnreadRecords() {}

  /**
   * Returns how many records of a partition were deleted before they were read, transaction markers
   * included. A group that has read everything may be behind the end by the markers of the last
   * transactions, which are no records.
   *
   * @param next committed offset
   * @param oldest offset of the oldest record that still exists
   * @param end offset after the newest record
   */
  public static long deleted(long next, long oldest, long end) {
    boolean onlyMarkers = oldest == end && oldest - next <= MARKERS;
    return onlyMarkers ? 0 : Math.max(0, oldest - next);
  }
}

package io.completionworker.config;

import java.time.Duration;
import java.util.Map;

/**
 * Bounds of what is in flight and pending.
 *
 * @param maxInFlight most calls open at once, on this instance
 * @param maxPendingRecords most requests accepted and without an outcome; soft by a few
 * @param maxPendingBytes the same in bytes
 * @param maxRecordBytes largest record of ours, in and out
 * @param lease calls start only for a task that was seen running within this time
 * @param changelog topic settings of the store's changelog
 */
public record AsyncConfig(
    int maxInFlight,
    int maxPendingRecords,
    long maxPendingBytes,
    int maxRecordBytes,
    Ordering ordering,
    StoreKind store,
    Duration lease,
    Map<String, String> changelog) {

  /** Whether requests of one key wait for each other. */
  public enum Ordering {
    UNORDERED,
    KEY
  }

  /** Where the pending store lives; it has a changelog either way. */
  public enum StoreKind {
    MEMORY,
    ROCKSDB
  }
}

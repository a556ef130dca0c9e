// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.jspecify.annotations.Nullable;

/**
 * The limits on requests in flight and pending, and how pending requests are stored.
 *
 * @param maxInFlight maximum number of open calls on this instance
 * @param maxPendingRecords limit on accepted requests without an outcome, soft by a few requests
 * @param maxPendingPerScope limit on the requests at hand in one lane; see {@link #maxAtHand()}
 * @param overflow what happens to requests above that limit
 * @param maxPendingBytes limit on the size of all pending requests, in bytes
 * @param maxAnswerBytes limit in bytes on all answers, from first byte to emitted outcome
 * @param maxRecordBytes largest record that the worker reads or writes
 * @param spillAfter how long a request may be open before it is stored and the committed offset may
 *     pass it; null if every request is stored when it is read
 * @param poisonDeaths number of processes that must die during a call of the same request to make
 *     it a dead letter; 0 for never
 * @param lease time within which a task must have been seen running for its calls to start
 * @param changelog topic settings of the store's changelog
 */
public record AsyncConfig(
    int maxInFlight,
    int maxPendingRecords,
    int maxPendingPerScope,
    Overflow overflow,
    long maxPendingBytes,
    long maxAnswerBytes,
    int maxRecordBytes,
    Ordering ordering,
    StoreKind store,
    @Nullable Duration spillAfter,
    int poisonDeaths,
    Duration lease,
    Map<String, String> changelog) {

  /** Whether the requests of one record key wait for each other. */
  public enum Ordering {
    UNORDERED,
    KEY
  }

  /** What happens to the requests of a lane that has as many requests ready as it may have. */
  public enum Overflow {
    /** The requests are parked: they stay pending, undecoded, until their lane has room. */
    WAIT,
    /** The requests become retryable failures. */
    FAIL
  }

  /** Which offset is committed. */
  private enum Offsets {
    ACCEPTED,
    ANSWERED
  }

  /** Where the pending store is kept. Either kind has a changelog. */
  public enum StoreKind {
    MEMORY,
    ROCKSDB
  }

  public static final String MAX_IN_FLIGHT_CONFIG = "async.max.in.flight";
  static final String MAX_IN_FLIGHT_DOC = "Maximum open calls on this instance.";
  static final int MAX_IN_FLIGHT_DEFAULT = 200;

  public static final String MAX_PENDING_RECORDS_CONFIG = "async.max.pending.records";
  static final String MAX_PENDING_RECORDS_DOC =
      "Maximum requests that this instance has accepted and not finished. At this limit it stops"
          + " reading. [Limits](limits.md#what-is-read-while-requests-wait) says when it stops"
          + " earlier, and when it reads on past parked or paused requests.";
  static final int MAX_PENDING_RECORDS_DEFAULT = 10_000;

  public static final String MAX_PENDING_PER_SCOPE_CONFIG = "async.max.pending.records.per.scope";
  static final String MAX_PENDING_PER_SCOPE_DOC =
      "Maximum requests that one [lane](glossary.md) has at hand, ready to be called or in a call."
          + " If `async.max.in.flight` is higher, that number applies. Further requests are parked,"
          + " so that a lane that waits does not block the others.";
  static final int MAX_PENDING_PER_SCOPE_DEFAULT = 2_000;

  public static final String OVERFLOW_CONFIG = "async.scope.overflow";
  static final String OVERFLOW_DOC =
      "What happens to requests above `async.max.pending.records.per.scope`: `wait` parks them,"
          + " `fail` turns them into failures that can be sent again.";
  static final String OVERFLOW_DEFAULT = "wait";

  public static final String MAX_PENDING_BYTES_CONFIG = "async.max.pending.bytes";
  static final String MAX_PENDING_BYTES_DOC =
      "Maximum size of all pending requests, parked and paused ones included. With"
          + " `async.store=memory`, each is in memory once; one that is ready to be called is there"
          + " in decoded form, too. With classes, each class has an equal part of the limit.";
  static final long MAX_PENDING_BYTES_DEFAULT = 268_435_456;

  public static final String MAX_ANSWER_BYTES_CONFIG = "async.max.answer.bytes";
  static final String MAX_ANSWER_BYTES_DOC =
      "Maximum memory for answers, from their first byte until their outcome is committed. An"
          + " answer counts twice its size at first, then the size of its records. A call starts"
          + " only if there is room for an answer of recent size. If answers are larger, the worker"
          + " reads them more slowly. One answer may exceed the limit.";
  static final long MAX_ANSWER_BYTES_DEFAULT = 268_435_456;

  public static final String MAX_RECORD_BYTES_CONFIG = "async.max.record.bytes";
  static final String MAX_RECORD_BYTES_DOC =
      "Maximum size of a record, in and out. It determines the producer's request size, and the"
          + " message sizes of the changelog and of the topics that the command `topics` makes.";
  static final int MAX_RECORD_BYTES_DEFAULT = 8_388_608;

  public static final String ORDERING_CONFIG = "async.ordering";
  static final String ORDERING_DOC =
      "With `key`, requests with the same record key in a partition are answered one after the"
          + " other. With `unordered`, no request waits for another. Requests without a key have no"
          + " order.";
  static final String ORDERING_DEFAULT = "unordered";

  public static final String STORE_CONFIG = "async.store";
  static final String STORE_DOC =
      "Where pending requests are kept in addition to the changelog: `memory` needs no disk,"
          + " `rocksdb` uses `kafka.state.dir`.";
  static final String STORE_DEFAULT = "memory";

  public static final String OFFSETS_CONFIG = "async.offsets";
  static final String OFFSETS_DOC =
      "Which offset is committed. With `accepted`, that of the last request that was read; each"
          + " request is stored at once. With `answered`, that of the oldest request that is open"
          + " and not stored. A request is then stored only if it has been open for"
          + " `async.spill.after.ms`, has a usage row, or is open when the worker stops. So most"
          + " are not written to the changelog. Not for a request topic with"
          + " `cleanup.policy=compact`.";
  static final String OFFSETS_DEFAULT = "accepted";

  public static final String SPILL_AFTER_CONFIG = "async.spill.after.ms";
  static final String SPILL_AFTER_DOC =
      "With `async.offsets=answered`: a request that has been open for this long is stored, and the"
          + " committed offset passes it.";
  static final long SPILL_AFTER_DEFAULT = 10_000;

  public static final String POISON_DEATHS_CONFIG = "async.poison.deaths";
  static final String POISON_DEATHS_DOC =
      "A request becomes a dead letter when this many processes have died during a call of it."
          + " Requests with one such death less are called one at a time. 0: never.";
  static final int POISON_DEATHS_DEFAULT = 3;

  public static final String LEASE_CONFIG = "async.lease.ms";
  static final String LEASE_DOC =
      "Calls start only for partitions whose stream thread has run within this time. During an"
          + " outage of the brokers, this avoids paying for calls whose answers cannot be written.";
  static final long LEASE_DEFAULT = 5_000;

  /** Allowance for what a record has besides its request: headers, keys and framing. */
  private static final int FRAME_BYTES = 65_536;

  /** Returns the limit on a lane's requests at hand (ready or in a call), maxInFlight or more. */
  public int maxAtHand() {
    return Math.min(maxPendingRecords, Math.max(maxPendingPerScope, maxInFlight));
  }

  /** Returns how many requests at hand let one lane keep every call slot busy while calls end. */
  public int enoughAtHand() {
    return Math.min(maxAtHand(), Math.max(maxAtHand() / 4, 2 * maxInFlight));
  }

  /** Returns the number of pending requests that keeps every call slot busy without parking any. */
  public int enoughPending() {
    return Math.min(maxPendingRecords, Math.max(maxAtHand(), 2 * maxInFlight));
  }

  /** Returns the message size that a topic must accept for records of the maximum size. */
  public int maxMessageBytes() {
    return maxMessageBytes(maxRecordBytes);
  }

  static int maxMessageBytes(int maxRecordBytes) {
    return maxRecordBytes + FRAME_BYTES;
  }

  static void define(KeyGroup group) {
    Importance high = Importance.HIGH;
    group
        .key(
            MAX_IN_FLIGHT_CONFIG,
            ConfigDef.Type.INT,
            MAX_IN_FLIGHT_DEFAULT,
            Allowed.between(1, 100_000),
            high,
            MAX_IN_FLIGHT_DOC)
        .key(
            MAX_PENDING_RECORDS_CONFIG,
            ConfigDef.Type.INT,
            MAX_PENDING_RECORDS_DEFAULT,
            Allowed.between(1, 10_000_000),
            high,
            MAX_PENDING_RECORDS_DOC)
        .key(
            MAX_PENDING_PER_SCOPE_CONFIG,
            ConfigDef.Type.INT,
            MAX_PENDING_PER_SCOPE_DEFAULT,
            Allowed.between(1, 10_000_000),
            Importance.MEDIUM,
            MAX_PENDING_PER_SCOPE_DOC)
        .number(
            MAX_PENDING_BYTES_CONFIG,
            MAX_PENDING_BYTES_DEFAULT,
            Allowed.between(1, Long.MAX_VALUE),
            high,
            MAX_PENDING_BYTES_DOC)
        .number(
            MAX_ANSWER_BYTES_CONFIG,
            MAX_ANSWER_BYTES_DEFAULT,
            Allowed.between(1, Long.MAX_VALUE),
            Importance.MEDIUM,
            MAX_ANSWER_BYTES_DOC)
        .key(
            MAX_RECORD_BYTES_CONFIG,
            ConfigDef.Type.INT,
            MAX_RECORD_BYTES_DEFAULT,
            Allowed.between(1_024, 536_870_912),
            Importance.MEDIUM,
            MAX_RECORD_BYTES_DOC);
    defineBehaviour(group);
    ChangelogKeys.define(group);
  }

  private static void defineBehaviour(KeyGroup group) {
    group
        .key(
            OVERFLOW_CONFIG,
            ConfigDef.Type.STRING,
            OVERFLOW_DEFAULT,
            Allowed.oneOf(Overflow.class),
            Importance.MEDIUM,
            OVERFLOW_DOC)
        .key(
            ORDERING_CONFIG,
            ConfigDef.Type.STRING,
            ORDERING_DEFAULT,
            Allowed.oneOf(Ordering.class),
            Importance.MEDIUM,
            ORDERING_DOC)
        .key(
            STORE_CONFIG,
            ConfigDef.Type.STRING,
            STORE_DEFAULT,
            Allowed.oneOf(StoreKind.class),
            Importance.MEDIUM,
            STORE_DOC)
        .key(
            OFFSETS_CONFIG,
            ConfigDef.Type.STRING,
            OFFSETS_DEFAULT,
            Allowed.oneOf(Offsets.class),
            Importance.LOW,
            OFFSETS_DOC)
        .number(
            SPILL_AFTER_CONFIG,
            SPILL_AFTER_DEFAULT,
            Allowed.between(0, 3_600_000),
            Importance.LOW,
            SPILL_AFTER_DOC)
        .key(
            POISON_DEATHS_CONFIG,
            ConfigDef.Type.INT,
            POISON_DEATHS_DEFAULT,
            Allowed.between(0, 1_000),
            Importance.LOW,
            POISON_DEATHS_DOC)
        .number(
            LEASE_CONFIG, LEASE_DEFAULT, Allowed.between(100, 600_000), Importance.LOW, LEASE_DOC);
  }

  private static Offsets offsets(WorkerConfig config) {
    return Offsets.valueOf(config.getString(OFFSETS_CONFIG).toUpperCase(Locale.ROOT));
  }

  static AsyncConfig from(WorkerConfig config) {
    int maxRecordBytes = config.getInt(MAX_RECORD_BYTES_CONFIG);
    return new AsyncConfig(
        config.getInt(MAX_IN_FLIGHT_CONFIG),
        config.getInt(MAX_PENDING_RECORDS_CONFIG),
        config.getInt(MAX_PENDING_PER_SCOPE_CONFIG),
        Overflow.valueOf(config.getString(OVERFLOW_CONFIG).toUpperCase(Locale.ROOT)),
        config.getLong(MAX_PENDING_BYTES_CONFIG),
        config.getLong(MAX_ANSWER_BYTES_CONFIG),
        maxRecordBytes,
        Ordering.valueOf(config.getString(ORDERING_CONFIG).toUpperCase(Locale.ROOT)),
        StoreKind.valueOf(config.getString(STORE_CONFIG).toUpperCase(Locale.ROOT)),
        offsets(config) == Offsets.ANSWERED ? config.millis(SPILL_AFTER_CONFIG) : null,
        config.getInt(POISON_DEATHS_CONFIG),
        config.millis(LEASE_CONFIG),
        ChangelogKeys.from(config, maxMessageBytes(maxRecordBytes)));
  }
}

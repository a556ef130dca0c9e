// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The encoded records of an outcome, or of a chunk or usage row that precedes it. The stream thread
 * only has to forward them.
 *
 * @param position position of the request
 * @param key key bytes of the request
 * @param headers headers of all records of the emission
 * @param timestamp timestamp of all records except usage rows, Unix time in milliseconds: when the
 *     outcome was known
 * @param role what the emission is for its request
 * @param usage the usage rows, with their encoded values
 * @param chunks chunks of a streamed answer; an emission with chunks has nothing else
 * @param charges what is taken from budgets
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record Emission(
    RecordPosition position,
    byte @Nullable [] key,
    List<RecordHeader> headers,
    long timestamp,
    Role role,
    List<OutputValue> responses,
    List<UsageRow> usage,
    List<OutputValue> failures,
    List<OutputValue> deadLetters,
    List<OutputValue> chunks,
    List<Charge> charges) {

  /** Creates an emission that takes nothing from budgets. */
  public Emission(
      RecordPosition position,
      byte @Nullable [] key,
      List<RecordHeader> headers,
      long timestamp,
      Role role,
      List<OutputValue> responses,
      List<UsageRow> usage,
      List<OutputValue> failures,
      List<OutputValue> deadLetters,
      List<OutputValue> chunks) {
    this(
        position,
        key,
        headers,
        timestamp,
        role,
        responses,
        usage,
        failures,
        deadLetters,
        chunks,
        List.of());
  }

  /** Returns a copy that takes this from budgets. */
  public Emission charging(List<Charge> others) {
    return others.isEmpty() ? this : with(role, deadLetters, others);
  }

  private Emission with(Role another, List<OutputValue> letters, List<Charge> taken) {
    return new Emission(
        position, key, headers, timestamp, another, responses, usage, failures, letters, chunks,
        taken);
  }

  /** Whether this is the outcome of its request, after which no other emission follows. */
  public boolean ends() {
    return role instanceof Role.End || role instanceof Role.Returned;
  }

  /**
   * Returns an emission without records, in place of records that can never be encoded. It is
   * handled like any other.
   */
  public static Emission empty(SourceRecord source, long timestamp, Role role) {
    return new Emission(
        source.position(),
        source.key(),
        source.headers(),
        timestamp,
        role,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Returns the total size of the values. */
  public long bytes() {
    return bytes(responses)
        + bytes(usageValues())
        + bytes(failures)
        + bytes(deadLetters)
        + bytes(chunks);
  }

  private static long bytes(List<OutputValue> values) {
    long bytes = 0;
    for (OutputValue value : values) {
      bytes += value.size();
    }
    return bytes;
  }

  /** Returns the usage rows, not encoded, for adding them up. */
  public List<CompletionUsage> rows() {
    return usage.stream().map(UsageRow::row).toList();
  }

  /** Returns the encoded usage rows, without those that cannot be encoded. */
  public List<OutputValue> usageValues() {
    return usage.stream().map(UsageRow::value).filter(Objects::nonNull).toList();
  }

  /** Returns a copy for the response of a request with this id, which is to be kept. */
  public Emission answering(IdHash id) {
    return with(new Role.End(id), deadLetters, charges);
  }

  /** Returns a copy with these bytes as the value of its dead letter. */
  public Emission returning(byte @Nullable [] original) {
    return with(role, List.of(new OutputValue(position.partition(), original)), charges);
  }

  /** What an emission is for its request. */
  public sealed interface Role {

    /**
     * The outcome.
     *
     * @param answered the id of the request, if it is answered and its repeats are to be told; else
     *     null
     */
    record End(@Nullable IdHash answered) implements Role {

      /** An outcome whose id is not kept. */
      public End() {
        this(null);
      }
    }

    /**
     * The outcome, a dead letter whose value is still missing. The value is in the stored request.
     */
    record Returned() implements Role {}

    /** A chunk of the streamed answer. */
    record Piece() implements Role {}

    /**
     * No record, but what the open calls of the task have reserved of budgets now.
     *
     * @param levels each takes the place of the one before of its budget and period
     */
    record Levels(List<Charge> levels) implements Role {}

    /**
     * The usage row of an attempt after which the request continues.
     *
     * @param progress progress of the request, to be stored in the same transaction
     */
    record Row(Progress progress) implements Counted {
      @Override
      public boolean isNew(Progress stored) {
        return stored.rows() < progress.rows();
      }
    }

    /**
     * No record, but what calls take from budgets that will never have a usage row.
     *
     * @param progress has these calls as attempts, and no row more than before
     */
    record Interrupted(Progress progress) implements Counted {
      @Override
      public boolean isNew(Progress stored) {
        return stored.attempts() < progress.attempts();
      }
    }

    /** Counts calls of a request that continues. It may be offered again. */
    sealed interface Counted extends Role {

      /** Returns the progress of the request, to be stored in the same transaction. */
      Progress progress();

      /** Whether the store, with this progress, has not got it. */
      boolean isNew(Progress stored);
    }
  }

  /**
   * One encoded value.
   *
   * @param partition partition of the request, which the output goes to
   * @param bytes the encoded record; null only for the dead letter of a record without a value
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  public record OutputValue(int partition, byte @Nullable [] bytes) {

    private int size() {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /** The nodes of the topology that take what {@code complete} forwards, by their names. */
  public enum Output {
    /** Takes responses. */
    RESPONSES("responses"),
    /** Takes chunks of streamed answers. */
    CHUNKS("chunks"),
    /** Takes encoded usage rows. */
    USAGE("usage"),
    /** Takes failures. */
    FAILURES("failures"),
    /** Takes dead letters. */
    DEAD_LETTERS("dead-letters"),
    /** Takes lists of usage rows, not encoded, and adds them up. */
    USAGE_SUMS("sum-usage"),
    /** Takes what emissions take from budgets, and adds it up. Only if there may be budgets. */
    SPEND_SUMS("sum-spend");

    private final String node;

    Output(String node) {
      this.node = node;
    }

    /** Returns the name of the node. */
    public String node() {
      return node;
    }
  }

  /**
   * A usage row and its record. The timestamp of the record is the end of the row's attempt.
   *
   * @param row the row with all of its columns
   * @param value the encoded row, which may have fewer columns; null if it cannot be encoded, so
   *     that it is added up but not written
   */
  public record UsageRow(CompletionUsage row, @Nullable OutputValue value) {}

  /**
   * What an emission takes from budgets, in the order of emissions.
   *
   * @param charges what is added to what was spent; empty if it has levels
   * @param levels what is reserved now, see {@link Role.Levels}
   */
  public record Charged(RecordPosition position, List<Charge> charges, List<Charge> levels) {}

  /**
   * The progress of a request without an outcome. It is stored, so that it survives a crash.
   *
   * @param attempts number of attempts used up
   * @param rows number of usage rows written. Each row has the next number, so that a row that is
   *     offered twice is recognized.
   */
  public record Progress(int attempts, int rows) {

    /** No call is known. */
    public static final Progress NONE = new Progress(0, 0);

    /** Returns the greater numbers of both. */
    public Progress atLeast(Progress other) {
      return new Progress(Math.max(attempts, other.attempts), Math.max(rows, other.rows));
    }
  }

  /**
   * An attempt that was or may have been billed, of a request that continues. Its usage row is
   * written before the outcome.
   *
   * @param attempt the ended attempt
   * @param progress progress of the request, including this attempt and its row
   */
  public record BilledAttempt(
      CompletionCall call, Attempt attempt, Progress progress, boolean recovered) {}
}

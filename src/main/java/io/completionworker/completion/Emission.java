// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Emission.Progress;
import io.completionworker.completion.SourceRecord.RecordHeader;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An outcome, or what comes before it, as encoded records ready to be forwarded: the stream thread
 * has nothing left to do but that.
 *
 * @param position the request it belongs to
 * @param key key bytes of the request
 * @param headers headers of every record below
 * @param timestamp of every record below but usage rows, Unix time in milliseconds: when the
 *     outcome was known
 * @param role what it is to its request
 * @param usage one for each of the rows; its record has the time at which the row's attempt ended
 * @param chunks pieces of a streamed answer; then there is nothing else
 * @param rows the usage rows once more, not encoded, for what sums them up
 */
@SuppressWarnings("ArrayRecordComponent") // carried, not compared
public record Emission(
    RecordPosition position,
    byte @Nullable [] key,
    List<RecordHeader> headers,
    long timestamp,
    Role role,
    List<OutputValue> responses,
    List<OutputValue> usage,
    List<OutputValue> failures,
    List<OutputValue> deadLetters,
    List<OutputValue> chunks,
    List<CompletionUsage> rows) {

  /** Whether this is the outcome of its request, after which nothing comes. */
  public boolean ends() {
    return role instanceof Role.End || role instanceof Role.Returned;
  }

  /** What stands for records that can never be encoded: none of them, but all that follows. */
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
        List.of(),
        List.of());
  }

  /** What its values take. */
  public long bytes() {
    long bytes = 0;
    for (List<OutputValue> values : List.of(responses, usage, failures, deadLetters, chunks)) {
      for (OutputValue value : values) {
        bytes += value.bytes == null ? 0 : value.bytes.length;
      }
    }
    return bytes;
  }

  /** The same with the usage rows of another one of the same request. */
  public Emission with(Emission paid) {
    return new Emission(
        position,
        key,
        headers,
        timestamp,
        role,
        responses,
        paid.usage,
        failures,
        deadLetters,
        chunks,
        paid.rows);
  }

  /** The same with this as the value of its dead letter. */
  public Emission returning(byte @Nullable [] original) {
    List<OutputValue> letter = List.of(new OutputValue(position.partition(), original));
    return new Emission(
        position, key, headers, timestamp, role, responses, usage, failures, letter, chunks, rows);
  }

  /** What an emission is to its request. */
  public sealed interface Role {

    /** Its outcome. */
    record End() implements Role {}

    /** Its outcome, too: a dead letter whose value is not here, but with the stored request. */
    record Returned() implements Role {}

    /** A piece of its streamed answer. */
    record Piece() implements Role {}

    /**
     * The usage row of an attempt that did not end it.
     *
     * @param progress what is to be remembered of the request in the same transaction
     */
    record Row(Progress progress) implements Role {}
  }

  /**
   * One encoded value.
   *
   * @param partition partition of the request, which the output goes to
   * @param bytes the encoded record; null only for the dead letter of a record without a value
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, not compared
  public record OutputValue(int partition, byte @Nullable [] bytes) {}

  /**
   * How far a request without an outcome has come: what is remembered of it, also over a crash.
   *
   * @param attempts attempts that it has used up
   * @param rows usage rows that are written for them; each has the next number, so that a row that
   *     is offered twice is told from one that is not written yet
   */
  public record Progress(int attempts, int rows) {

    /** It was never called, as far as anybody remembers. */
    public static final Progress NONE = new Progress(0, 0);
  }

  /**
   * An attempt that was or may have been billed, of a request that goes on: its usage row does not
   * wait for the outcome.
   *
   * @param attempt the attempt, ended
   * @param progress of the request, this attempt and its row included
   */
  public record Expense(
      CompletionCall call, Attempt attempt, Progress progress, boolean recovered) {}
}

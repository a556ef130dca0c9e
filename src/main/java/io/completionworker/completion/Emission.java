// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import io.completionworker.avro.CompletionUsage;
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
}

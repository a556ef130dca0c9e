// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import io.completionworker.cli.records.NumberSet;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Tracks which lines of a batch were seen, and which have their outcome.
 *
 * <p>A line is settled when it has an answer, or when as many failures as requests of it were seen.
 * Each request has one outcome, and a line that was redriven has more than one request. The ledger
 * keeps bits, not objects, so that a line takes less than a byte.
 */
public final class Ledger {

  private static final long UNKNOWN = -1;

  private final NumberSet lines;
  private final Counts requests;
  private final Counts failures;
  private final NumberSet answered;
  private final NumberSet counted;
  private long size;
  private long settled;
  private long newestRequest;
  private final Set<String> topics = new TreeSet<>();

  /** Creates a ledger that has seen nothing. */
  public Ledger() {
    this(new NumberSet(), new Counts(), new Counts(), new NumberSet(), new NumberSet());
    size = UNKNOWN;
    newestRequest = UNKNOWN;
  }

  private Ledger(
      NumberSet lines, Counts requests, Counts failures, NumberSet answered, NumberSet counted) {
    this.lines = lines;
    this.requests = requests;
    this.failures = failures;
    this.answered = answered;
    this.counted = counted;
  }

  /** Sets the number of requests in the batch, which its last request carries. */
  public void size(long requestsOfTheBatch) {
    size = requestsOfTheBatch;
  }

  /** Returns the number of requests in the batch. Empty until its last request was seen. */
  public OptionalLong size() {
    return size == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(size);
  }

  /** Records a request of this line with its topic and its timestamp. */
  public void requested(long line, String topic, long time) {
    topics.add(topic);
    newestRequest = Math.max(newestRequest, time);
    change(line, requests::add);
  }

  /** Returns the latest timestamp of the requests seen; a time before 1970 when none was seen. */
  public long newestRequest() {
    return newestRequest;
  }

  /** Returns the topics of the requests seen. */
  public Set<String> requestTopics() {
    return Set.copyOf(topics);
  }

  /** Records a failure of this line. */
  public void failed(long line) {
    change(line, failures::add);
  }

  /**
   * Records an answer of this line.
   *
   * @return false when the line had one already
   */
  public boolean answered(long line) {
    boolean first = !answered.contains(line);
    change(line, answered::add);
    return first;
  }

  /** Records that the usage of the line's answer was seen. */
  public void counted(long line) {
    counted.add(line);
  }

  /** Returns the lines with an answer. */
  public NumberSet answers() {
    return answered;
  }

  /** Whether the line has failed and has no answer. */
  public boolean isFailed(long line) {
    return !answered.contains(line) && failures.of(line) > 0;
  }

  /** Returns the first line at or after this one that was seen in any record. */
  public OptionalLong next(long line) {
    return lines.next(line);
  }

  /** Returns the number of lines seen. */
  public long seen() {
    return lines.size();
  }

  /** Returns the number of settled lines. */
  public long settled() {
    return settled;
  }

  /** Returns the number of lines that are known to have no outcome yet. */
  public long missing() {
    return Math.max(lines.size(), size) - settled;
  }

  /** Whether the whole batch is settled. */
  public boolean done() {
    return size != UNKNOWN && missing() == 0;
  }

  /** Whether the usage of every answer was seen. */
  public boolean allCounted() {
    return counted.size() >= answered.size();
  }

  /** Writes the ledger for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(size);
    out.writeLong(settled);
    out.writeLong(newestRequest);
    out.writeInt(topics.size());
    for (String topic : topics) {
      out.writeUTF(topic);
    }
    lines.write(out);
    requests.write(out);
    failures.write(out);
    answered.write(out);
    counted.write(out);
  }

  /** Reads a ledger that {@link #write} has written. */
  public static Ledger read(DataInput in) throws IOException {
    long size = in.readLong();
    long settled = in.readLong();
    long newestRequest = in.readLong();
    Set<String> topics = new HashSet<>();
    for (int left = in.readInt(); left > 0; left--) {
      topics.add(in.readUTF());
    }
    Ledger ledger =
        new Ledger(
            NumberSet.read(in),
            Counts.read(in),
            Counts.read(in),
            NumberSet.read(in),
            NumberSet.read(in));
    ledger.size = size;
    ledger.settled = settled;
    ledger.newestRequest = newestRequest;
    ledger.topics.addAll(topics);
    return ledger;
  }

  private void change(long line, Consumer<Long> seen) {
    boolean before = isSettled(line);
    lines.add(line);
    seen.accept(line);
    boolean after = isSettled(line);
    settled += (after ? 1 : 0) - (before ? 1 : 0);
  }

  /** Whether the line has its outcome. */
  boolean isSettled(long line) {
    return lines.contains(line)
        && (answered.contains(line) || failures.of(line) >= Math.max(1, requests.of(line)));
  }

  /**
   * Counts how often each number was seen. The first set has the numbers seen at least once, the
   * second those seen at least twice, and so on.
   */
  private static final class Counts {

    private final List<NumberSet> levels = new ArrayList<>();

    void add(long number) {
      for (NumberSet level : levels) {
        if (level.add(number)) {
          return;
        }
      }
      NumberSet level = new NumberSet();
      level.add(number);
      levels.add(level);
    }

    int of(long number) {
      int count = 0;
      while (count < levels.size() && levels.get(count).contains(number)) {
        count++;
      }
      return count;
    }

    void write(DataOutput out) throws IOException {
      out.writeInt(levels.size());
      for (NumberSet level : levels) {
        level.write(out);
      }
    }

    static Counts read(DataInput in) throws IOException {
      Counts counts = new Counts();
      int levels = in.readInt();
      for (int i = 0; i < levels; i++) {
        counts.levels.add(NumberSet.read(in));
      }
      return counts;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A set of numbers from 0 on, such as lines or offsets. Numbers that are close together take one
 * bit each: ten million take 1.2 MiB. Not thread-safe.
 */
public final class NumberSet {

  private static final int PAGE_BITS = 16;
  private static final int WORDS = (1 << PAGE_BITS) / Long.SIZE;

  private final TreeMap<Long, long[]> pages = new TreeMap<>();
  private long size;

  /**
   * Adds a number.
   *
   * @return false if the set already contains the number
   */
  public boolean add(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("negative: " + number);
    }
    long[] page = pages.computeIfAbsent(number >>> PAGE_BITS, key -> new long[WORDS]);
    int word = word(number);
    long bit = 1L << number;
    if ((page[word] & bit) != 0) {
      return false;
    }
    page[word] |= bit;
    size++;
    return true;
  }

  /** Removes a number, if the set contains it. */
  public void remove(long number) {
    if (contains(number)) {
      Objects.requireNonNull(pages.get(number >>> PAGE_BITS))[word(number)] &= ~(1L << number);
      size--;
    }
  }

  /** Whether the set contains the number. */
  public boolean contains(long number) {
    long[] page = pages.get(number >>> PAGE_BITS);
    return page != null && (page[word(number)] & 1L << number) != 0;
  }

  /** Returns how many numbers the set contains. */
  public long size() {
    return size;
  }

  /**
   * Returns the smallest number in the set that is at least {@code from}; empty if there is none.
   */
  public OptionalLong next(long from) {
    for (Map.Entry<Long, long[]> page : pages.tailMap(from >>> PAGE_BITS).entrySet()) {
      long base = page.getKey() << PAGE_BITS;
      long[] words = page.getValue();
      int first = from > base ? word(from) : 0;
      for (int word = first; word < WORDS; word++) {
        long bits = words[word];
        if (word == first && from > base) {
          bits &= -1L << from;
        }
        if (bits != 0) {
          return OptionalLong.of(base + (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits));
        }
      }
    }
    return OptionalLong.empty();
  }

  /** Adds all numbers of another set. */
  public void addAll(NumberSet other) {
    for (OptionalLong at = other.next(0); at.isPresent(); at = other.next(at.getAsLong() + 1)) {
      add(at.getAsLong());
    }
  }

  /** Writes the set, so that {@link #read} can read it back. */
  public void write(DataOutput out) throws IOException {
    out.writeInt(pages.size());
    for (Map.Entry<Long, long[]> page : pages.entrySet()) {
      out.writeLong(page.getKey());
      for (long word : page.getValue()) {
        out.writeLong(word);
      }
    }
  }

  /** Reads a set that {@link #write} has written. */
  public static NumberSet read(DataInput in) throws IOException {
    NumberSet set = new NumberSet();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      long key = in.readLong();
      long[] page = new long[WORDS];
      for (int word = 0; word < WORDS; word++) {
        page[word] = in.readLong();
        set.size += Long.bitCount(page[word]);
      }
      set.pages.put(key, page);
    }
    return set;
  }

  private static int word(long number) {
    return (int) (number >>> 6) & (WORDS - 1);
  }
}

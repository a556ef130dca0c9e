// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Faults as they are found, each kind once: two are of one kind when they differ in nothing but
 * numbers. The first kinds are kept, all lines are counted. One thread.
 */
public final class LineFaults {

  /** Lines that are named beside the first. */
  private static final int NEXT = 5;

  private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)?");

  private final int max;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private long lines;
  private long unlisted;

  /** Keeps so many kinds. */
  LineFaults(int max) {
    this.max = max;
  }

  /** What is wrong with a line; lines may come in any order, and each of them once. */
  void add(long line, List<String> reasons) {
    lines++;
    boolean listed = false;
    for (String reason : reasons) {
      String kind = NUMBERS.matcher(reason).replaceAll("#");
      if (kinds.size() < max || kinds.containsKey(kind)) {
        kinds.computeIfAbsent(kind, key -> new Kind()).add(line, reason);
        listed = true;
      }
    }
    unlisted += listed ? 0 : 1;
  }

  /** How many lines have a fault. */
  long lines() {
    return lines;
  }

  /** How many of them have only faults that are not kept. */
  long unlisted() {
    return unlisted;
  }

  /** The kinds in the order of their first lines. */
  List<Fault> inOrder() {
    return kinds.values().stream()
        .map(Kind::fault)
        .sorted(Comparator.comparing(Fault::line))
        .toList();
  }

  /** One kind of fault, with its first lines. */
  private static final class Kind {

    private final TreeMap<Long, String> first = new TreeMap<>();
    private long count;
    private long last;

    void add(long line, String reason) {
      if (line == last) {
        return; // one line may have the same fault in two places
      }
      last = line;
      count++;
      first.putIfAbsent(line, reason);
      if (first.size() > NEXT + 1) {
        first.pollLastEntry();
      }
    }

    Fault fault() {
      List<Long> next = first.keySet().stream().skip(1).toList();
      return new Fault(first.firstKey(), first.firstEntry().getValue(), count - 1, next);
    }
  }

  /**
   * Why a line cannot be published, or what is striking about it.
   *
   * @param line from 1; the first with this fault
   * @param reason names a field; quotes nothing of a prompt
   * @param more how many other lines have the same fault
   * @param next the first of those
   */
  public record Fault(long line, String reason, long more, List<Long> next) {

    @Override
    public String toString() {
      String fault = "line " + line + ": " + reason;
      if (more == 0) {
        return fault;
      }
      return fault
          + "; the same in "
          + more
          + (more == 1 ? " more line: " : " more lines: ")
          + next.stream().map(String::valueOf).collect(Collectors.joining(", "))
          + (more > next.size() ? ", ..." : "");
    }
  }
}

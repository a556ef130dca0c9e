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
 * Collects faults, each kind once. Two faults are of the same kind if they differ only in numbers.
 * Keeps the first kinds and counts all faulty lines. Not thread-safe.
 */
public final class LineFaults {

  /** How many lines a fault lists in addition to its first line. */
  private static final int NEXT = 5;

  private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)?");

  private final int max;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private long lines;
  private long unlisted;

  /** Creates a collection that keeps at most this many kinds. */
  LineFaults(int max) {
    this.max = max;
  }

  /** Adds the faults of a line. Lines can be added in any order, each of them once. */
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

  /** Returns how many lines have a fault. */
  long lines() {
    return lines;
  }

  /** Returns how many lines have only faults that were not kept. */
  long unlisted() {
    return unlisted;
  }

  /** Returns the kinds in the order of their first lines. */
  List<Fault> inOrder() {
    return kinds.values().stream()
        .map(Kind::fault)
        .sorted(Comparator.comparing(Fault::line))
        .toList();
  }

  /** One kind of fault, with the first lines that have it. */
  private static final class Kind {

    private final TreeMap<Long, String> first = new TreeMap<>();
    private long count;
    private long last;

    void add(long line, String reason) {
      if (line == last) {
        return; // a line can have the same fault in two places
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
   * A reason why a line cannot be published, or a warning about a line.
   *
   * @param line number of the first line with this fault, from 1
   * @param reason names a field; never quotes a prompt
   * @param more how many other lines have the same fault
   * @param next the first of the other lines
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

  /**
   * Reports that the input of a command, such as a file, is wrong. Nothing was published or
   * written.
   */
  public static final class InputFaultsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /** Creates the exception for these faults. */
    public InputFaultsException(List<String> lines) {
      super(String.join("; ", lines));
      this.lines = List.copyOf(lines);
    }

    /** Returns one line for each fault. */
    public List<String> lines() {
      return lines;
    }
  }
}

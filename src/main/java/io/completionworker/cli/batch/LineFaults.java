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
 * Collects faults, each kind once: two faults are of one kind when they differ only in numbers.
 * Keeps the first kinds and counts all faulty lines. For one thread.
 */
public final class LineFaults {

  /** How many more lines a fault names, besides the first. */
  private static final int NEXT = 5;

  private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)?");

  private final int max;
  private final Map<String, Kind> kinds = new LinkedHashMap<>();
  private long lines;
  private long unlisted;

  /** Keeps at most this many kinds. */
  LineFaults(int max) {
    this.max = max;
  }

  /** Adds what is wrong with a line. Lines may come in any order, each once. */
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

  /** How many of them have only faults that were not kept. */
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
   * A reason why a line cannot be published, or a warning about it.
   *
   * @param line number of the first line with this fault, from 1
   * @param reason names a field; never quotes a prompt
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

  /**
   * The input of a command is wrong, such as a file; each fault is a line. Nothing was published or
   * written.
   */
  public static final class InputFaultsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /** Reports these faults. */
    public InputFaultsException(List<String> lines) {
      super(String.join("; ", lines));
      this.lines = List.copyOf(lines);
    }

    /** One line for each fault. */
    public List<String> lines() {
      return lines;
    }
  }
}

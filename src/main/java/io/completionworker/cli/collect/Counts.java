// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.records.NumberSet;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How often numbers were seen: a set for those seen once, one for those seen twice, and so on. */
final class Counts {

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

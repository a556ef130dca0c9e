// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NumberSetTest {

  @Test
  void shouldHoldWhatASetOfObjectsWouldHold() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    NumberSet set = new NumberSet();
    TreeSet<Long> expected = new TreeSet<>();
    for (int i = 0; i < 5_000; i++) {
      long number = random.nextInt(4) == 0 ? random.nextLong() >>> 1 : random.nextInt(200_000);
      assertThat(set.add(number)).as("seed %s", seed).isEqualTo(expected.add(number));
      long other = random.nextBoolean() ? number - 1 : random.nextInt(200_000);
      if (other >= 0 && random.nextInt(3) == 0) {
        set.remove(other);
        expected.remove(other);
      }
    }
    for (long edge : new long[] {0, 63, 64, 65_535, 65_536}) {
      set.add(edge);
      expected.add(edge);
    }

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    set.write(new DataOutputStream(bytes));
    NumberSet read =
        NumberSet.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    for (NumberSet one : List.of(set, read)) {
      assertThat(one.size()).isEqualTo(expected.size());
      assertThat(all(one)).as("seed %s", seed).containsExactlyElementsOf(expected);
      assertThat(one.contains(65_536)).isTrue();
      assertThat(one.contains(250_000_000_001L)).isEqualTo(expected.contains(250_000_000_001L));
    }
  }

  private static List<Long> all(NumberSet set) {
    List<Long> all = new ArrayList<>();
    for (OptionalLong at = set.next(0);
        at.isPresent() && at.getAsLong() < Long.MAX_VALUE;
        at = set.next(at.getAsLong() + 1)) {
      all.add(at.getAsLong());
    }
    return all;
  }
}

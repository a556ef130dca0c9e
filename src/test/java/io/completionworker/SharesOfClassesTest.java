// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.PartitionWork.Offsets;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.resilience.limit.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The partitions of all classes together say which part of the limits an instance has. */
class SharesOfClassesTest {

  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final int CLASSES = 2;
  private static final int PARTITIONS = 4;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = 1;
  private final long[][] ends = new long[CLASSES][PARTITIONS];

  @Test
  void shouldCountThePartitionsOfAllClasses() {
    Instance one = new Instance(Duration.ZERO);
    one.share.of(0).all(4);
    one.share.of(0).own(Set.of(0, 1));
    pass(10, one);
    assertThat(one.limits.now()).as("before the partitions of both are known").isZero();

    one.share.of(1).all(4);
    one.share.of(1).own(Set.of(0));
    pass(10, one);

    assertThat(one.limits.now()).isEqualTo(3 / 8.0);
    assertThat(one.share.partitions()).isEqualTo(new InstanceShare.Partitions(3, 8));
  }

  @Test
  void shouldNotTakeWorkOfOneClassForAllWhileAnotherIsNotKnown() {
    Instance one = new Instance(QUIET);
    one.share.of(0).all(4);
    one.share.of(0).own(Set.of(0, 1));
    for (int i = 0; i < 60; i++) {
      ends[0][0]++;
      pass(1, one);
    }

    assertThat(one.limits.now()).isZero();
  }

  @Test
  void shouldLendWhatLiesIdleInOneClassToWorkInAnother() {
    Instance first = new Instance(QUIET);
    Instance second = new Instance(QUIET);
    first.own(0, Set.of(0, 1, 2, 3));
    first.own(1, Set.of());
    second.own(0, Set.of());
    second.own(1, Set.of(0, 1, 2, 3));
    for (int i = 0; i < 90; i++) {
      ends[1][0]++;
      pass(1, first, second);
    }

    assertThat(first.limits.now()).isEqualTo(0.1);
    assertThat(second.limits.now()).isEqualTo(0.9);
  }

  @Test
  void shouldHaveTheLeastIfOneClassIsNotObserved() {
    Instance first = new Instance(QUIET);
    first.own(0, Set.of(0, 1));
    first.own(1, Set.of(0, 1));
    for (int i = 0; i < 90; i++) {
      ends[0][0]++;
      pass(1, first);
    }
    assertThat(first.limits.now()).isEqualTo(0.9);

    first.blindFor = 1;
    pass(10, first);

    assertThat(first.limits.now()).isEqualTo(0.1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldNeverShareMoreThanTheWhole(long seed) {
    Random dice = new Random(seed);
    List<Instance> instances = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Instance instance = new Instance(QUIET);
      instances.add(instance);
      for (int rank = 0; rank < CLASSES; rank++) {
        Set<Integer> own = new HashSet<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
          if ((partition + rank) % 3 == i) {
            own.add(partition);
          }
        }
        instance.own(rank, own);
      }
    }
    boolean[][] busy = new boolean[CLASSES][PARTITIONS];
    for (int step = 0; step < 3_000; step++) {
      int rank = dice.nextInt(CLASSES);
      int partition = dice.nextInt(PARTITIONS);
      if (dice.nextInt(30) == 0) {
        busy[rank][partition] ^= true;
      }
      if (busy[rank][partition]) {
        ends[rank][partition]++;
      }
      Instance looking = instances.get(dice.nextInt(3));
      looking.blindFor = dice.nextInt(60) == 0 ? dice.nextInt(3) : looking.blindFor;
      pass(1, instances.toArray(Instance[]::new));

      assertThat(instances.stream().mapToDouble(instance -> instance.limits.now()).sum())
          .isLessThan(1 + 1e-9);
    }
  }

  /** Seconds go by, in which each instance looks at all classes. */
  private void pass(int seconds, Instance... instances) {
    for (int i = 0; i < seconds; i++) {
      now += SECOND;
      for (Instance instance : instances) {
        instance.look();
      }
    }
  }

  /** One instance of a group. */
  private final class Instance {

    private final Share limits;
    private final InstanceShare share;

    /** Rank of a class that it cannot ask for. */
    private int blindFor = CLASSES;

    Instance(Duration lendAfter) {
      RateLimitConfig config = LendingPropertyTest.byPartitions(Duration.ofSeconds(3), lendAfter);
      this.limits = Share.of(config, () -> now);
      this.share = new InstanceShare(limits, config, () -> now, CLASSES, part -> {});
    }

    void own(int rank, Set<Integer> partitions) {
      share.of(rank).all(PARTITIONS);
      share.of(rank).own(partitions);
    }

    void look() {
      for (int rank = 0; rank < CLASSES; rank++) {
        Map<Integer, Offsets> found = new HashMap<>();
        for (int partition = 0; partition < share.of(rank).observed(); partition++) {
          found.put(partition, new Offsets(ends[rank][partition], ends[rank][partition], 0));
        }
        if (rank != blindFor && !found.isEmpty()) {
          share.of(rank).looked(now, found);
        }
      }
    }
  }
}

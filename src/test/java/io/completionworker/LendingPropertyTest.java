// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.config.Limits;
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
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Instances that look at different times, of a group whose work and partitions move about. */
class LendingPropertyTest {

  private static final Duration GROW_DELAY = Duration.ofSeconds(3);
  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final long STEP = Duration.ofMillis(100).toNanos();
  private static final int STEPS = 12_000; // 20 minutes
  private static final int PARTITIONS = 6;

  private long now = -Duration.ofMinutes(5).toNanos();
  private Random random = new Random(1);
  private long rebalancesAfter = now;
  private boolean flaky;
  private final Partition[] partitions = new Partition[PARTITIONS];
  private final List<Instance> instances = new ArrayList<>();

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void shouldNeverShareMoreThanTheWhole(long seed) {
    random = new Random(seed);
    flaky = true;
    begin(2 + random.nextInt(3));
    double most = 0;
    for (int step = 0; step < STEPS; step++) {
      for (Partition partition : partitions) {
        partition.step();
      }
      if (chance(45)) {
        rebalance();
      }
      instances.forEach(Instance::step);
      double sum = instances.stream().mapToDouble(instance -> instance.share.now()).sum();
      assertThat(sum).as("sum of shares in step %s", step).isLessThan(1 + 1e-9);
      most = Math.max(most, sum);
      now += STEP;
    }
    assertThat(most).as("and it was not for lack of shares").isGreaterThan(0.7);
  }

  @Test
  void shouldLendMostOfWhatLiesIdleAndTakeItBack() {
    begin(2);
    List.of(partitions).forEach(partition -> partition.idle(Duration.ofHours(1)));
    settle();
    assertThat(shares()).as("no work at all").containsExactly(0.5, 0.5);

    partitions[0].busy(Duration.ofHours(1));
    settle();
    assertThat(shares()).as("all work on one partition of the first").containsExactly(0.9, 0.1);

    partitions[1].busy(Duration.ofHours(1));
    settle();
    assertThat(shares()).containsExactly(0.5, 0.5);

    partitions[0].idle(Duration.ofHours(1));
    settle();
    assertThat(shares()).as("the work is the second's").containsExactly(0.1, 0.9);

    instances.get(0).failsUntil = Long.MAX_VALUE;
    settle();
    assertThat(shares()).as("the first is blind").containsExactly(0.1, 0.9);
    instances.get(1).failsUntil = Long.MAX_VALUE;
    settle();
    assertThat(shares()).as("both are").containsExactly(0.1, 0.1);
  }

  @Test
  void shouldShrinkWithoutBeingToldWhenNobodyLooksAnyMore() {
    begin(2);
    List.of(partitions).forEach(partition -> partition.idle(Duration.ofHours(1)));
    partitions[0].busy(Duration.ofHours(1));
    settle();
    assertThat(shares().get(0)).isEqualTo(0.9);

    now += PartitionWork.VALID.toNanos(); // and nothing runs, as in a long pause

    assertThat(shares()).containsExactly(0.1, 0.1);
  }

  @Test
  void shouldTakeTheWholeAloneHoweverLittleIsKnown() {
    begin(1);
    instances.get(0).failsUntil = Long.MAX_VALUE;
    settle();

    assertThat(shares()).containsExactly(1.0);
  }

  private List<Double> shares() {
    return instances.stream().map(one -> Math.round(one.share.now() * 1e9) / 1e9).toList();
  }

  private void settle() {
    for (int step = 0; step < 900; step++) {
      for (Partition partition : partitions) {
        partition.step();
      }
      instances.forEach(Instance::step);
      now += STEP;
    }
  }

  private void begin(int size) {
    for (int i = 0; i < PARTITIONS; i++) {
      partitions[i] = new Partition();
    }
    for (int i = 0; i < size; i++) {
      Set<Integer> own = new HashSet<>();
      for (int partition = i; partition < PARTITIONS; partition += size) {
        own.add(partition);
      }
      instances.add(new Instance(own));
    }
  }

  /** A partition moves at once for who gets it; who had it may find out a little later. */
  private void rebalance() {
    Instance from = instances.get(random.nextInt(instances.size()));
    Instance to = instances.get(random.nextInt(instances.size()));
    if (from == to || from.own.isEmpty() || now < rebalancesAfter) {
      return;
    }
    rebalancesAfter = now + GROW_DELAY.toNanos(); // one after the other, as in a group
    int moved = from.own.iterator().next();
    from.loses = moved;
    from.losesAt = now + between(Duration.ZERO, Duration.ofMillis(2_800));
    to.own.add(moved);
    to.tell();
  }

  private boolean chance(int seconds) {
    return random.nextInt(seconds * 10) == 0;
  }

  private long between(Duration least, Duration most) {
    return least.toNanos() + (long) (random.nextDouble() * most.minus(least).toNanos());
  }

  /** What brokers know of a partition; while it has work, something moves every ten seconds. */
  private final class Partition {

    private long end = random.nextInt(100);
    private long committed = end - random.nextInt(3);
    private long changelogEnd;
    private boolean busy;
    private long turnsAt = now;
    private long movesAt = now;

    void busy(Duration duration) {
      busy = true;
      turnsAt = now + duration.toNanos();
      movesAt = now;
    }

    void idle(Duration duration) {
      busy = false;
      committed = end;
      turnsAt = now + duration.toNanos();
    }

    void step() {
      if (now >= turnsAt) {
        long next = between(Duration.ofMillis(100), Duration.ofSeconds(chance(1) ? 200 : 40));
        if (random.nextBoolean()) {
          busy(Duration.ofNanos(next));
        } else {
          idle(Duration.ofNanos(next));
        }
      }
      if (busy && now >= movesAt) {
        movesAt = now + between(Duration.ofMillis(100), Duration.ofSeconds(10));
        switch (random.nextInt(3)) {
          case 0 -> end += 1 + random.nextInt(20);
          case 1 -> committed = end - random.nextInt(2);
          default -> {}
        }
        changelogEnd++;
      }
    }

    PartitionWork.Offsets offsets() {
      return new PartitionWork.Offsets(end, committed, changelogEnd);
    }
  }

  /** An instance whose looks begin when they like, take their time, and fail for a while. */
  private final class Instance {

    private final Share share;
    private final InstanceShare.OfClass instance;
    private final Set<Integer> own;
    private int loses;
    private long losesAt = Long.MAX_VALUE;
    private long failsUntil = Long.MIN_VALUE;
    private long looksAt = now + between(Duration.ZERO, PartitionWork.PERIOD);
    private long began;
    private long endsAt = Long.MAX_VALUE;
    private final Map<Integer, PartitionWork.Offsets> found = new HashMap<>();

    Instance(Set<Integer> own) {
      RateLimitConfig config = config();
      this.share = Share.of(config, () -> now);
      this.instance = new InstanceShare(share, config, () -> now, 1, part -> {}).of(0);
      this.own = own;
      instance.all(PARTITIONS);
      tell();
    }

    void tell() {
      instance.own(Set.copyOf(own));
    }

    void step() {
      if (now >= losesAt) {
        losesAt = Long.MAX_VALUE;
        own.remove(loses);
        tell();
      }
      if (flaky && failsUntil < now && chance(120)) {
        failsUntil = now + between(Duration.ZERO, Duration.ofSeconds(30));
      }
      if (now >= looksAt && failsUntil < now) {
        looksAt = Long.MAX_VALUE;
        began = now;
        endsAt = now + between(Duration.ZERO, PartitionWork.TIMEOUT);
        found.clear();
      }
      if (endsAt < Long.MAX_VALUE) {
        // Each partition is seen as it is at some moment of the look.
        IntStream.range(0, PARTITIONS)
            .filter(
                number -> now >= endsAt || (!found.containsKey(number) && random.nextInt(9) < 1))
            .forEach(number -> found.putIfAbsent(number, partitions[number].offsets()));
      }
      if (now >= endsAt) {
        endsAt = Long.MAX_VALUE;
        looksAt = now + PartitionWork.PERIOD.toNanos();
        instance.looked(began, Map.copyOf(found));
      }
    }
  }

  private static RateLimitConfig config() {
    return byPartitions(GROW_DELAY, QUIET);
  }

  /** Limits of requests that instances share by their partitions. */
  static RateLimitConfig byPartitions(Duration growDelay, Duration lendAfter) {
    return new RateLimitConfig(
        RateLimitConfig.Scope.WORKER,
        Limits.NONE,
        List.of(),
        Duration.ofSeconds(1),
        true,
        1_024,
        RateLimitConfig.Share.PARTITIONS,
        growDelay,
        lendAfter);
  }
}

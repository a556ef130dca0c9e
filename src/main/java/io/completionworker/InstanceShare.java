// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.config.RateLimitConfig;
import io.completionworker.resilience.limit.Share;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes the instance's share of the limits and reports it to {@link Share}. It depends on the
 * partitions of this instance, the number of all partitions, and which partitions have work, where
 * the partitions of all classes of requests count alike. Safe on every thread.
 */
final class InstanceShare {

  private static final long VALID_NANOS = PartitionWork.VALID.toNanos();

  private final Share share;
  private final LongSupplier nanos;
  private final Duration quiet;
  private final boolean lends;
  private final DoubleConsumer part;
  private final List<OfClass> classes;

  /**
   * @param nanos monotonic time of the share, in nanoseconds
   * @param classes number of classes of requests
   * @param part receives this instance's part of the partitions, from 0 to 1
   */
  InstanceShare(
      Share share, RateLimitConfig config, LongSupplier nanos, int classes, DoubleConsumer part) {
    this.part = part;
    this.share = share;
    this.nanos = nanos;
    this.quiet = config.lendAfter();
    this.lends = config.share() == RateLimitConfig.Share.PARTITIONS && !config.lendAfter().isZero();
    this.classes = IntStream.range(0, classes).mapToObj(rank -> new OfClass()).toList();
  }

  /** Numbers of partitions, as last reported. */
  record Partitions(int own, int all) {}

  /** Returns the partitions of one class, by its rank. */
  OfClass of(int rank) {
    return classes.get(rank);
  }

  /** Returns the partitions of all classes; 0 in all while those of a class are not known. */
  synchronized Partitions partitions() {
    int own = classes.stream().mapToInt(one -> one.own.size()).sum();
    boolean known = classes.stream().allMatch(one -> one.all > 0);
    return new Partitions(own, known ? classes.stream().mapToInt(one -> one.all).sum() : 0);
  }

  /** Whether the share depends on which partitions have work. */
  boolean lends() {
    return lends;
  }

  private void tell() {
    Partitions now = partitions();
    part.accept(Share.part(now.own(), now.all()));
    if (lends) {
      PartitionWork.Part lent = part(now, nanos.getAsLong());
      share.lent(lent.share(), lent.floor(), lent.untilNanos());
    } else {
      share.owned(now.own(), now.all());
    }
  }

  /** Returns the part of the limits that follows from the partitions with work in all classes. */
  private PartitionWork.Part part(Partitions now, long nowNanos) {
    if (now.all() == 0) {
      return new PartitionWork.Part(0, 0, nowNanos + VALID_NANOS);
    }
    PartitionWork.Count count = new PartitionWork.Count(0, 0, nowNanos + VALID_NANOS);
    for (OfClass one : classes) {
      count = count.plus(one.work.count(one.own, one.all, nowNanos));
    }
    return PartitionWork.part(count, Share.part(now.own(), now.all()), nowNanos);
  }

  /** The partitions of the request topic of one class. */
  final class OfClass {

    private final PartitionWork work = new PartitionWork(quiet);
    private Set<Integer> own = Set.of();
    private int all;
    private Map<Integer, PartitionWork.Offsets> offsets = Map.of();
    private @Nullable Long offsetsUntil;

    /** Sets the partitions that this instance works on. */
    void own(Set<Integer> partitions) {
      synchronized (InstanceShare.this) {
        own = partitions;
        tell();
      }
    }

    /** Sets the number of partitions. */
    void all(int partitions) {
      synchronized (InstanceShare.this) {
        all = partitions;
        tell();
      }
    }

    /** Returns the partitions that this instance works on. */
    Set<Integer> own() {
      synchronized (InstanceShare.this) {
        return own;
      }
    }

    /**
     * Returns the number of partitions to observe: 0 while there is nothing to share, and maybe no
     * changelog yet.
     */
    int observed() {
      synchronized (InstanceShare.this) {
        boolean useful = lends ? partitions().own() > 0 : !own.isEmpty();
        return useful ? all : 0;
      }
    }

    /**
     * Records what the brokers reported about all partitions, in an observation that began at this
     * time and ends now.
     */
    void looked(long began, Map<Integer, PartitionWork.Offsets> found) {
      synchronized (InstanceShare.this) {
        offsets = Map.copyOf(found);
        offsetsUntil = began + VALID_NANOS;
        if (lends) {
          work.looked(began, nanos.getAsLong(), found);
          tell();
        }
      }
    }

    /**
     * Returns the number of records in the partitions of this instance that the group has not
     * accepted yet; empty if the brokers have not reported it recently.
     */
    OptionalLong lag() {
      synchronized (InstanceShare.this) {
        Long until = offsetsUntil;
        if (own.isEmpty() && all > 0) {
          return OptionalLong.of(0);
        }
        if (own.isEmpty() || until == null || until - nanos.getAsLong() <= 0) {
          return OptionalLong.empty();
        }
        long lag = 0;
        for (int partition : own) {
          PartitionWork.Offsets known = offsets.get(partition);
          if (known == null || known.committed() < 0) {
            return OptionalLong.empty();
          }
          lag += known.lag();
        }
        return OptionalLong.of(lag);
      }
    }
  }
}

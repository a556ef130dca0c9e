// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is explored.
 *
 * @param partitions of each request the partition it is in; within one, requests have the order of
 *     their numbers
 * @param processes of each stream thread the process it is in
 * @param variant how requests are kept
 * @param disturbances how often what may happen
 * @param fault planted on purpose, or null
 */
public record Setting(
    List<Integer> partitions,
    List<Integer> processes,
    Variant variant,
    Disturbances disturbances,
    @Nullable Fault fault) {

  /** How a request is kept between its topic and its outcome. */
  public enum Variant {
    /** It is put into the store when it is read, and the offset behind it may be committed. */
    STORE_FIRST,
    /**
     * As with {@code async.offsets=answered}: the offset is held back to the oldest request that is
     * open; a request is put into the store only if it is open for long. What is done or stored at
     * or above the offset is marked.
     */
    SPILL_LATE
  }

  /**
   * How often each of them may still happen.
   *
   * @param offers outcomes that are put into their queue once more than they have to be
   * @param spills requests that are put into the store because they are open for long; they disturb
   *     nothing
   */
  public record Disturbances(
      int crashes, int aborts, int revokes, int stalls, int offers, int spills) {

    Disturbances less(Step.Kind kind) {
      return new Disturbances(
          crashes - (kind == Step.Kind.CRASH ? 1 : 0),
          aborts - (kind == Step.Kind.ABORT ? 1 : 0),
          revokes - (kind == Step.Kind.REVOKE ? 1 : 0),
          stalls - (kind == Step.Kind.STALL ? 1 : 0),
          offers - (kind == Step.Kind.OFFER_AGAIN ? 1 : 0),
          spills - (kind == Step.Kind.SPILL ? 1 : 0));
    }
  }

  /** The same with a fault in it. */
  Setting with(Fault planted) {
    return new Setting(partitions, processes, variant, disturbances, planted);
  }

  boolean has(Fault planted) {
    return fault == planted;
  }

  boolean spillsLate() {
    return variant == Variant.SPILL_LATE;
  }

  int requests() {
    return partitions.size();
  }

  int partitionCount() {
    return 1 + partitions.get(partitions.size() - 1);
  }

  /** All requests, as a set. */
  int all() {
    return (1 << requests()) - 1;
  }

  /** The requests of these partitions. */
  int requestsOf(int partitionSet) {
    int set = 0;
    for (int request = 0; request < requests(); request++) {
      if (Bits.has(partitionSet, partitions.get(request))) {
        set = Bits.with(set, request);
      }
    }
    return set;
  }

  /** The place of a request in its partition. */
  int offset(int request) {
    return request - partitions.indexOf(partitions.get(request));
  }
}

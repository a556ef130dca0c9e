package io.completionworker;

import io.completionworker.resilience.limit.Share;

/**
 * Tells the share what it is made of: the partitions that are here, and all that there are. Safe on
 * every thread.
 */
final class InstanceShare {

  private final Share share;
  private int own;
  private int all;

  InstanceShare(Share share) {
    this.share = share;
  }

  /** Partitions as they were last told of. */
  record Partitions(int own, int all) {}

  synchronized Partitions partitions() {
    return new Partitions(own, all);
  }

  /** Partitions of the request topic that this instance works on. */
  synchronized void own(int partitions) {
    own = partitions;
    share.owned(own, all);
  }

  /** Partitions of the request topic. */
  synchronized void all(int partitions) {
    all = partitions;
    share.owned(own, all);
  }
}

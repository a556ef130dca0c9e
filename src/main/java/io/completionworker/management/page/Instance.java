package io.completionworker.management.page;

import java.time.Instant;
import java.util.List;

/**
 * What the page says of this instance besides its meters. No secrets.
 *
 * @param group name of the group that shares the work
 * @param state of Kafka Streams
 * @param reasons what keeps the instance from working; empty when it works
 * @param partitions of the request topic that are here
 * @param allPartitions all of them; 0 while that is not known
 * @param maxInFlight calls that may be open at once
 */
public record Instance(
    String group,
    String state,
    List<String> reasons,
    int partitions,
    int allPartitions,
    int maxInFlight,
    String version,
    Instant started) {

  /** A copy of the reasons is kept. */
  public Instance {
    reasons = List.copyOf(reasons);
  }
}

package io.completionworker.management.page;

import io.completionworker.completion.Wait;
import java.time.Instant;
import java.util.List;

/**
 * What the page says of this instance besides its meters. No secrets.
 *
 * @param group name of the group that shares the work
 * @param state of Kafka Streams
 * @param ready whether the instance works
 * @param reasons what keeps it from working besides the waits
 * @param waits what requests wait for
 * @param partitions of the request topic that are here
 * @param allPartitions all of them; 0 while that is not known
 * @param maxInFlight calls that may be open at once
 */
public record Instance(
    String group,
    String state,
    boolean ready,
    List<String> reasons,
    List<Wait> waits,
    int partitions,
    int allPartitions,
    int maxInFlight,
    String version,
    Instant started) {

  /** Copies are kept. */
  public Instance {
    reasons = List.copyOf(reasons);
    waits = List.copyOf(waits);
  }
}

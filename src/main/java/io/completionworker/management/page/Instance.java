// SPDX-License-Identifier: Apache-2.0
package io.completionworker.management.page;

import io.completionworker.completion.Wait;
import io.completionworker.resilience.limit.LimitUse;
import java.time.Instant;
import java.util.List;

/**
 * What the page says of this instance besides its meters. No secrets.
 *
 * @param id tells it from every other, also from the one before a restart
 * @param name of its host, for people
 * @param endpoint host that its calls go to
 * @param group name of the group that shares the work
 * @param state of Kafka Streams
 * @param ready whether the instance works
 * @param reasons what keeps it from working besides the waits
 * @param waits what requests wait for
 * @param limits what is used of its limits, the fullest first
 * @param partitions of the request topic that are here
 * @param allPartitions all of them; 0 while that is not known
 * @param maxInFlight calls that may be open at once
 */
public record Instance(
    String id,
    String name,
    String endpoint,
    String group,
    String state,
    boolean ready,
    List<String> reasons,
    List<Wait> waits,
    List<LimitUse> limits,
    int partitions,
    int allPartitions,
    int maxInFlight,
    String version,
    Instant started) {

  /** Copies are kept. */
  public Instance {
    reasons = List.copyOf(reasons);
    waits = List.copyOf(waits);
    limits = List.copyOf(limits);
  }
}

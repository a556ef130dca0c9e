// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.RecordPosition;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs each kind of encoding fault once: every pending outcome would repeat it for ever. */
final class SeenFaults {

  private static final Logger log = LoggerFactory.getLogger(SeenFaults.class);
  private static final int MOST = 10;

  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  /**
   * Logs what is new.
   *
   * @param position the first record it happened to
   * @return whether it was logged
   */
  boolean report(RecordPosition position, Throwable fault) {
    String text = Faults.describeWithoutData(fault);
    boolean isNew = seen.size() < MOST && seen.add(text);
    if (isNew) {
      log.error(
          "The outcome of {} cannot be encoded and is tried again until it can: {}",
          position,
          text);
    }
    return isNew;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.Locale;

/** What a request waits for that is neither with the codec nor called. */
public enum WaitingFor {
  /** Its limits have nothing left. */
  PERMIT,
  /** Its credential is on hold. */
  HOLD,
  /** A server asked for a wait. */
  COOL_DOWN,
  /** The endpoint fails its credential. */
  BREAKER,
  /** A failed attempt is tried again later. */
  BACKOFF,
  /** An earlier request of its key has no outcome. */
  ORDER,
  /** It could start, but too many calls are open. */
  SLOT,
  /** It could start, but the answers of others take too much, or none can be written. */
  ROOM,
  /** The stream thread of its task has not been seen for a while. */
  LEASE;

  /** As a tag. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package io.completionworker.config;

import java.time.Duration;

/**
 * What a fault of the account does to the calls made with it.
 *
 * @param action whether its calls wait or fail
 * @param probeInitial wait before the first probe
 * @param probeMax longest wait between two probes
 */
public record HoldConfig(Action action, Duration probeInitial, Duration probeMax) {

  /** What happens to the calls of a credential on hold. */
  public enum Action {
    WAIT,
    FAIL
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.completion.Wait;
import io.completionworker.config.BreakerConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.MeterNames;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a credential may have to wait for: hold, cool-down and breaker.
 *
 * <p>The conditions are the dispatcher's; all else is safe on every thread.
 */
public final class CredentialHealth {

  private final WaitReport report;
  private final Hold hold;
  private final CoolDown coolDown;
  private final @Nullable Breaker breaker;

  /**
   * Every credential is well.
   *
   * @param longestCoolDown longest wait that a server may ask for
   * @param nanos monotonic time
   * @param cooledDown hears, on the dispatcher's thread, of each cool-down that has ended, by
   *     {@link io.completionworker.completion.CompletionCall.CallScope#throttled()}, before the
   *     first call afterwards starts
   * @param report says what is begun and ended
   */
  public CredentialHealth(
      HoldConfig hold,
      BreakerConfig breaker,
      Duration longestCoolDown,
      LongSupplier nanos,
      Meters meters,
      Consumer<String> cooledDown,
      WaitReport report) {
    this.report = report;
    this.hold = new Hold(hold, nanos, meters, report);
    this.coolDown = new CoolDown(longestCoolDown, nanos, cooledDown, report);
    this.breaker = breaker.failureRate() > 0 ? new Breaker(breaker, nanos, meters, report) : null;
  }

  /**
   * What a call waits for. To be asked before a condition that {@code cooledDown} is told of, so
   * that it knows by then.
   */
  public List<Condition> conditions() {
    return breaker == null ? List.of(hold, coolDown) : List.of(hold, coolDown, breaker);
  }

  /** Has breakers shown in meters, those of credentials that have a name there. */
  public void watch(MeterNames names, MeterRegistry registry) {
    if (breaker != null) {
      breaker.watch(names, registry);
    }
  }

  /**
   * Has waiting requests counted, for the log.
   *
   * @param counts requests that wait, by {@link Wait.Who#scope()}; asked on the dispatcher's thread
   */
  public void count(Supplier<Map<String, Integer>> counts) {
    report.count(counts);
  }

  /** What credentials wait for now; their requests are not counted. */
  public List<Wait> waits() {
    List<Wait> waits = new ArrayList<>(hold.waits());
    if (breaker != null) {
      waits.addAll(breaker.waits());
    }
    waits.addAll(coolDown.waits());
    return waits;
  }

  /** Credentials on hold now. */
  public int onHold() {
    return hold.count();
  }

  /** Credentials that the endpoint fails now. */
  public int breakersOpen() {
    return breaker == null ? 0 : breaker.count();
  }

  /** States that are kept: it grows with the credentials in use, not with those ever seen. */
  int kept() {
    return hold.kept() + coolDown.kept() + (breaker == null ? 0 : breaker.kept());
  }
}

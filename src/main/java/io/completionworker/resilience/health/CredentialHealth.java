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
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can make a credential wait because of the endpoint: hold, cool-down and circuit
 * breaker, and refusals of service tiers.
 *
 * <p>The conditions are used on the dispatcher's thread only. All else is safe on every thread.
 */
public final class CredentialHealth {

  private final Hold hold;
  private final CoolDown coolDown;
  private final @Nullable Breaker breaker;
  private final @Nullable TierHealth tiers;

  /**
   * Creates health state in which every credential is healthy.
   *
   * @param longestCoolDown the longest wait that a server may ask for
   * @param nanos monotonic time
   * @param cooledDown called on the dispatcher's thread when a cool-down has ended, with its {@link
   *     io.completionworker.completion.CompletionCall.CallScope#throttleKey()}, before the next
   *     call starts
   * @param report logs when waits begin and end
   */
  public CredentialHealth(
      HoldConfig hold,
      BreakerConfig breaker,
      Duration longestCoolDown,
      LongSupplier nanos,
      Meters meters,
      Consumer<String> cooledDown,
      WaitReport report) {
    this(
        new Hold(hold, nanos, meters, report),
        new CoolDown(longestCoolDown, nanos, cooledDown, report),
        breaker.failureRate() > 0 ? new Breaker(breaker, nanos, meters, report) : null,
        null);
  }

  private CredentialHealth(
      Hold hold, CoolDown coolDown, @Nullable Breaker breaker, @Nullable TierHealth tiers) {
    this.hold = hold;
    this.coolDown = coolDown;
    this.breaker = breaker;
    this.tiers = tiers;
  }

  /** Returns the same with service tiers, whose refusals the other waits do not see. */
  public CredentialHealth with(TierHealth chosen) {
    return new CredentialHealth(hold, coolDown, breaker, chosen);
  }

  /**
   * Returns the conditions that a call must pass. Check them before any condition that {@code
   * cooledDown} updates, so that the latter is up to date.
   */
  public List<Condition> conditions() {
    return Stream.of(tiers, hold, coolDown, breaker).filter(Objects::nonNull).toList();
  }

  /** Shows the breakers in meters, those of credentials that have a name of their own there. */
  public void watch(MeterNames names, MeterRegistry registry) {
    if (breaker != null) {
      breaker.watch(names, registry);
    }
  }

  /** Returns the current waits of all credentials, without the number of waiting requests. */
  public List<Wait> waits() {
    List<Wait> waits = new ArrayList<>(hold.waits());
    if (breaker != null) {
      waits.addAll(breaker.waits());
    }
    waits.addAll(coolDown.waits());
    if (tiers != null) {
      waits.addAll(tiers.waits());
    }
    return waits;
  }

  /** Returns the number of credentials that are on hold now. */
  public int onHold() {
    return hold.count();
  }

  /** Returns the number of credentials whose breaker is not closed now. */
  public int breakersOpen() {
    return breaker == null ? 0 : breaker.count();
  }

  /**
   * Returns the number of states kept. It grows with the credentials in use, not with all that were
   * ever seen.
   */
  int kept() {
    return hold.kept()
        + coolDown.kept()
        + (breaker == null ? 0 : breaker.kept())
        + (tiers == null ? 0 : tiers.kept());
  }
}

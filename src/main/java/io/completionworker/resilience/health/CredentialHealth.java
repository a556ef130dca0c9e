package io.completionworker.resilience.health;

import io.completionworker.config.BreakerConfig;
import io.completionworker.config.HoldConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that a credential may have to wait for: hold, cool-down and breaker.
 *
 * <p>The conditions are the dispatcher's; all else is safe on every thread.
 */
public final class CredentialHealth {

  private final Hold hold;
  private final CoolDown coolDown;
  private final @Nullable Breaker breaker;

  /**
   * Every credential is well.
   *
   * @param longestCoolDown longest wait that a server may ask for
   * @param nanos monotonic time
   * @param cooledDown hears, on the dispatcher's thread, of each cool-down that has ended, by
   *     {@link io.completionworker.completion.CallScope#throttled()}, before the first call
   *     afterwards starts
   */
  public CredentialHealth(
      HoldConfig hold,
      BreakerConfig breaker,
      Duration longestCoolDown,
      LongSupplier nanos,
      Meters meters,
      Consumer<String> cooledDown) {
    this.hold = new Hold(hold, nanos, meters);
    this.coolDown = new CoolDown(longestCoolDown, nanos, cooledDown);
    this.breaker = breaker.failureRate() > 0 ? new Breaker(breaker, nanos, meters) : null;
  }

  /**
   * What a call waits for. To be asked before a condition that {@code cooledDown} is told of, so
   * that it knows by then.
   */
  public List<Condition> conditions() {
    return breaker == null ? List.of(hold, coolDown) : List.of(hold, coolDown, breaker);
  }

  /** Which credentials wait and why, one line each, by hash. */
  public List<String> hindrances() {
    List<String> lines = new ArrayList<>(hold.hindrances());
    if (breaker != null) {
      lines.addAll(breaker.hindrances());
    }
    return lines;
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

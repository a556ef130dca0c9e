// SPDX-License-Identifier: Apache-2.0
package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.AttemptResult.AttemptError;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.CompletionCall.CallScope;
import io.completionworker.completion.Wait;
import io.completionworker.completion.Wait.Kind;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.AttemptCost;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.ExpiringMap;
import io.completionworker.resilience.health.Circuit.Ramp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Makes the calls of one service tier of a model of a credential wait for as long as the server
 * asked, because providers throttle such a tier as one. If there are several waits, the longest
 * applies. The backlog does not start all at once afterwards: the number of calls in flight starts
 * at one quarter of its former value.
 *
 * <p>Only cool-downs of {@link #SHORTEST_TOLD} or longer are logged and returned by {@link
 * #waits()}. The log has at most one of them a minute for each tier, and at most {@link
 * #MOST_LOGGED} a minute in all.
 *
 * <p>Used on the dispatcher's thread only, except {@link #waits()}.
 */
final class CoolDown implements Condition {

  private static final Logger log = LoggerFactory.getLogger(CoolDown.class);

  /**
   * After a cool-down, the number of calls in flight starts at its former value divided by this. So
   * all calls are back after two round trips. Single refusals are common and must not cost much.
   */
  private static final int RAMP_PARTS = 4;

  private static final int SERVICE_UNAVAILABLE = 503;

  private static final long FORGET_NANOS = Duration.ofMinutes(5).toNanos();

  /**
   * The shortest cool-down that is logged or returned by {@link #waits()}. Shorter ones are over
   * before a user could read of them.
   */
  static final Duration SHORTEST_TOLD = Duration.ofSeconds(5);

  /** The most cool-downs that are logged in a minute. */
  static final int MOST_LOGGED = 10;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final long longestNanos;
  private final WaitReport report;
  private final Deque<Logged> logged = new ArrayDeque<>();
  private final LongSupplier nanos;
  private final Consumer<String> whenOver;
  private final ExpiringMap<String, State> states;

  /**
   * Creates a condition without any cool-down.
   *
   * @param longest the longest wait that a server may ask for
   * @param nanos monotonic time
   * @param whenOver called when a cool-down has ended, with its {@link CallScope#throttleKey()},
   *     before the next call starts
   */
  CoolDown(Duration longest, LongSupplier nanos, Consumer<String> whenOver, WaitReport report) {
    this.longestNanos = longest.toNanos();
    this.nanos = nanos;
    this.report = report;
    this.whenOver = whenOver;
    this.states = new ExpiringMap<>(this::idle, this::forgotten);
  }

  /** Returns the number of states kept, of all tiers together. */
  int kept() {
    return states.all().size();
  }

  @Override
  public long wait(CompletionCall call) {
    String throttled = call.scope().throttleKey();
    State state = states.get(throttled);
    if (state == null) {
      return 0;
    }
    if (state.cooling) {
      long left = state.untilNanos - nanos.getAsLong();
      if (left > 0) {
        return left;
      }
      state.rampUp();
      whenOver.accept(throttled);
      over(state);
    }
    return state.ramp != null && state.ramp.full(state.inFlight) ? Admission.UNTIL_A_CALL_ENDS : 0;
  }

  /**
   * Returns the cool-downs of {@link #SHORTEST_TOLD} or longer that are not over. Safe on every
   * thread.
   */
  List<Wait> waits() {
    Instant now = report.now();
    return states.all().values().stream()
        .flatMap(state -> Optional.ofNullable(state.wait).stream())
        .filter(wait -> isLong(wait) && wait.until() != null && wait.until().isAfter(now))
        .toList();
  }

  @Override
  public Optional<Wait> endpointWait(CompletionCall call) {
    State state = states.get(call.scope().throttleKey());
    return state == null ? Optional.empty() : Optional.ofNullable(state.wait);
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.COOL_DOWN;
  }

  @Override
  public void started(CompletionCall call) {
    states.getOrAdd(call.scope().throttleKey(), State::new).inFlight++;
  }

  @Override
  public AttemptCost ended(CompletionCall call, AttemptResult result) {
    String throttled = call.scope().throttleKey();
    State state = states.getOrAdd(throttled, State::new);
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    Duration asked = error == null ? null : error.retryAfter();
    if (error != null && asked != null && coolsDown(error)) {
      long wait = Math.min(longestNanos, saturatedNanos(asked));
      state.coolDown(nanos.getAsLong() + wait);
      tell(state, call, error);
    } else if (error == null || !saysNothing(error)) {
      state.grow();
    }
    state.inFlight--;
    if (state.inFlight == 0 && !state.cooling && state.ramp == null) {
      states.remove(throttled);
    }
    return AttemptCost.ATTEMPT;
  }

  private void tell(State state, CompletionCall call, AttemptError error) {
    long left = state.untilNanos - nanos.getAsLong();
    Wait known = state.wait;
    Wait wait =
        known == null
            ? report.begin(Kind.COOL_DOWN, call, error, "", true, left)
            : known.until(report.now().plusNanos(left));
    state.wait = wait;
    if (!state.logged && isLong(wait) && mayLog(call.scope().throttleKey())) {
      state.logged = true;
      report.begun(log, Level.INFO, wait);
    }
  }

  /**
   * Whether a cool-down may be logged. If a configured limit is too high, cool-downs follow each
   * other all the time. One line a minute is enough for that.
   */
  private boolean mayLog(String throttled) {
    long now = nanos.getAsLong();
    logged.removeIf(line -> now - line.atNanos() >= MINUTE_NANOS);
    if (logged.size() >= MOST_LOGGED
        || logged.stream().anyMatch(line -> line.throttled().equals(throttled))) {
      return false;
    }
    return logged.add(new Logged(throttled, now));
  }

  private void over(State state) {
    Wait wait = state.wait;
    if (state.logged && wait != null) {
      report.ended(log, wait);
    }
    state.wait = null;
    state.logged = false;
  }

  private static boolean isLong(Wait wait) {
    Instant until = wait.until();
    return until != null && Duration.between(wait.since(), until).compareTo(SHORTEST_TOLD) >= 0;
  }

  private static boolean coolsDown(AttemptError error) {
    Integer status = error.status();
    return error.reason() == FailureReason.RATE_LIMITED
        || error.reason() == FailureReason.OVERLOADED
        || (status != null && status == SERVICE_UNAVAILABLE);
  }

  /** Whether the end of a call does not show that the server can take more. */
  private static boolean saysNothing(AttemptError error) {
    return error.reason() == FailureReason.RATE_LIMITED
        || error.reason() == FailureReason.CANCELLED;
  }

  private static long saturatedNanos(Duration duration) {
    Duration most = Duration.ofDays(1);
    return (duration.compareTo(most) > 0 ? most : duration).toNanos();
  }

  private boolean idle(State state) {
    return state.inFlight == 0 && nanos.getAsLong() - state.untilNanos > FORGET_NANOS;
  }

  private void forgotten(String throttled, State state) {
    if (state.cooling) {
      whenOver.accept(throttled);
      over(state);
    }
  }

  private record Logged(String throttled, long atNanos) {}

  /**
   * The state of a tier that has calls in flight, cools down, or is on its ramp after a cool-down.
   */
  private static final class State {
    int inFlight;
    boolean cooling;
    long untilNanos;
    int peak;
    boolean logged;
    @Nullable Ramp ramp;

    /** The wait to report during a cool-down, otherwise null. Read on every thread. */
    volatile @Nullable Wait wait;

    void coolDown(long until) {
      int before = ramp == null ? peak : ramp.goal();
      peak = Math.max(before, inFlight);
      ramp = null;
      if (!cooling || until - untilNanos > 0) {
        untilNanos = until;
      }
      cooling = true;
    }

    void rampUp() {
      cooling = false;
      Ramp begun = new Ramp(peak / RAMP_PARTS, peak);
      ramp = begun.over() ? null : begun;
      peak = 0;
    }

    void grow() {
      if (ramp != null) {
        ramp.grow();
        ramp = ramp.over() ? null : ramp;
      }
    }
  }
}

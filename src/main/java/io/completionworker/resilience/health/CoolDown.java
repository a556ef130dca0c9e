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
import io.completionworker.completion.port.Admission.Toll;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.Remembered;
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
 * Has a service tier of a model of a credential wait for as long as a server asked for, since that
 * is what providers throttle; the longest wait wins. What has piled up meanwhile does not start at
 * once: the calls in flight begin with a quarter of what they were.
 *
 * <p>People are told of those that take longer than a moment, in a log of busy accounts once a
 * minute each and of some of them only.
 *
 * <p>Dispatcher's thread only, but for {@link #waits()}.
 */
final class CoolDown implements Condition {

  private static final Logger log = LoggerFactory.getLogger(CoolDown.class);

  /**
   * Share of the former calls in flight to begin with: two round trips until all are back. Single
   * refusals are common, and must not cost much.
   */
  private static final int RAMP_PARTS = 4;

  private static final int SERVICE_UNAVAILABLE = 503;

  private static final long FORGET_NANOS = Duration.ofMinutes(5).toNanos();

  /** Shorter ones are over before anybody has read of them. */
  static final Duration SHORTEST_TOLD = Duration.ofSeconds(5);

  /** So many are logged in a minute, and each of them once. */
  static final int MOST_LOGGED = 10;

  private static final long MINUTE_NANOS = Duration.ofMinutes(1).toNanos();

  private final long longestNanos;
  private final WaitReport report;
  private final Deque<Logged> logged = new ArrayDeque<>();
  private final LongSupplier nanos;
  private final Consumer<String> whenOver;
  private final Remembered<String, State> states;

  /**
   * Nothing cools down yet.
   *
   * @param longest longest wait that a server may ask for
   * @param nanos monotonic time
   * @param whenOver hears of each cool-down that has ended, by {@link CallScope#throttled()},
   *     before the first call after it starts
   */
  CoolDown(Duration longest, LongSupplier nanos, Consumer<String> whenOver, WaitReport report) {
    this.longestNanos = longest.toNanos();
    this.nanos = nanos;
    this.report = report;
    this.whenOver = whenOver;
    this.states = new Remembered<>(this::idle, this::forgotten);
  }

  /** States that are kept, whoever they are of. */
  int kept() {
    return states.all().size();
  }

  @Override
  public long wait(CompletionCall call) {
    String throttled = call.scope().throttled();
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

  /** Those that take longer than a moment; safe on every thread. */
  List<Wait> waits() {
    Instant now = report.now();
    return states.all().values().stream()
        .flatMap(state -> Optional.ofNullable(state.wait).stream())
        .filter(wait -> isLong(wait) && wait.until() != null && wait.until().isAfter(now))
        .toList();
  }

  @Override
  public Optional<Wait> told(CompletionCall call) {
    State state = states.get(call.scope().throttled());
    return state == null ? Optional.empty() : Optional.ofNullable(state.wait);
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.COOL_DOWN;
  }

  @Override
  public void started(CompletionCall call) {
    states.getOrAdd(call.scope().throttled(), State::new).inFlight++;
  }

  @Override
  public Toll ended(CompletionCall call, AttemptResult result) {
    String throttled = call.scope().throttled();
    State state = states.getOrAdd(throttled, State::new);
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    Duration asked = error == null ? null : error.retryAfter();
    if (error != null && asked != null && coolsDown(error)) {
      long wait = Math.min(longestNanos, saturatedNanos(asked));
      state.coolDown(nanos.getAsLong() + wait);
      tell(state, call, error);
    } else if (error == null || error.reason() != FailureReason.RATE_LIMITED) {
      state.grow();
    }
    state.inFlight--;
    if (state.inFlight == 0 && !state.cooling && state.ramp == null) {
      states.remove(throttled);
    }
    return Toll.ATTEMPT;
  }

  private void tell(State state, CompletionCall call, AttemptError error) {
    long left = state.untilNanos - nanos.getAsLong();
    Wait known = state.wait;
    Wait wait =
        known == null
            ? report.begin(Kind.COOL_DOWN, call, error, "", true, left)
            : known.until(report.now().plusNanos(left));
    state.wait = wait;
    if (!state.logged && isLong(wait) && mayLog(call.scope().throttled())) {
      state.logged = true;
      report.begun(log, Level.INFO, wait);
    }
  }

  /** A limit that is too high is run into again and again: that is worth a line a minute. */
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

  /** Of a throttle that has calls in flight, cools down, or is on its way up again. */
  private static final class State {
    int inFlight;
    boolean cooling;
    long untilNanos;
    int peak;
    boolean logged;
    @Nullable Ramp ramp;

    /** While it cools down; read on every thread. */
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

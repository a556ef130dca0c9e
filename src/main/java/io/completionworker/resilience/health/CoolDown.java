package io.completionworker.resilience.health;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CallScope;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.Admission.Toll;
import io.completionworker.resilience.Condition;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a service tier of a model of a credential wait for as long as a server asked for, since that
 * is what providers throttle; the longest wait wins. What has piled up meanwhile does not start at
 * once: the calls in flight begin with a quarter of what they were.
 *
 * <p>Dispatcher's thread only.
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

  private final long longestNanos;
  private final LongSupplier nanos;
  private final Consumer<String> whenOver;
  private final Credentials<State> states;

  /**
   * Nothing cools down yet.
   *
   * @param longest longest wait that a server may ask for
   * @param nanos monotonic time
   * @param whenOver hears of each cool-down that has ended, by {@link CallScope#throttled()},
   *     before the first call after it starts
   */
  CoolDown(Duration longest, LongSupplier nanos, Consumer<String> whenOver) {
    this.longestNanos = longest.toNanos();
    this.nanos = nanos;
    this.whenOver = whenOver;
    this.states = new Credentials<>(this::idle, this::forgotten);
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
    }
    return state.ramp != null && state.ramp.full(state.inFlight) ? Admission.UNTIL_A_CALL_ENDS : 0;
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
      CallScope scope = call.scope();
      log.debug("{} cools down for {} ms", scope, wait / 1_000_000);
    } else if (error == null || error.reason() != FailureReason.RATE_LIMITED) {
      state.grow();
    }
    state.inFlight--;
    if (state.inFlight == 0 && !state.cooling && state.ramp == null) {
      states.remove(throttled);
    }
    return Toll.ATTEMPT;
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
    }
  }

  /** Of a throttle that has calls in flight, cools down, or is on its way up again. */
  private static final class State {
    int inFlight;
    boolean cooling;
    long untilNanos;
    int peak;
    @Nullable Ramp ramp;

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

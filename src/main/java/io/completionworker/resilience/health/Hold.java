package io.completionworker.resilience.health;

import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.WaitingFor;
import io.completionworker.completion.port.Admission.Toll;
import io.completionworker.config.HoldConfig;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.Condition;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a credential whose account is refused, or nearly all of whose requests fail for the same
 * reason: a wrong model name or a key that lost a right must not empty a topic into failures.
 * Single calls, ever more rarely, ask whether it is over.
 *
 * <p>Dispatcher's thread only, but for {@link #hindrances()} and {@link #count()}.
 */
final class Hold implements Condition {

  private static final Logger log = LoggerFactory.getLogger(Hold.class);

  private static final long FORGET_BRAKE_NANOS = Duration.ofMinutes(10).toNanos();

  private final HoldConfig config;
  private final LongSupplier nanos;
  private final Meters meters;
  private final long forgetNanos;
  private final Credentials<Brake> brakes;
  private final Credentials<Held> holds;

  /**
   * Holds nobody yet.
   *
   * @param nanos monotonic time
   */
  Hold(HoldConfig config, LongSupplier nanos, Meters meters) {
    this.config = config;
    this.nanos = nanos;
    this.meters = meters;
    this.forgetNanos = 2 * config.maxProbe().toNanos();
    this.brakes = new Credentials<>(this::idle);
    this.holds = new Credentials<>(this::abandoned);
  }

  /** Why credentials are on hold, one line each, by hash; safe on every thread. */
  List<String> hindrances() {
    return holds.all().entrySet().stream()
        .filter(entry -> !abandoned(entry.getValue()))
        .map(entry -> "credential " + entry.getKey() + " is on hold: " + entry.getValue().why())
        .toList();
  }

  /** Credentials on hold that anybody still asks for; safe on every thread. */
  int count() {
    return (int) holds.all().values().stream().filter(held -> !abandoned(held)).count();
  }

  /** States that are kept, whoever they are of. */
  int kept() {
    return holds.all().size() + brakes.all().size();
  }

  @Override
  public long wait(CompletionCall call) {
    Held held = holds.get(call.scope().credential());
    return held == null ? 0 : Math.max(0, held.probeAtNanos() - nanos.getAsLong());
  }

  @Override
  public WaitingFor waitingFor() {
    return WaitingFor.HOLD;
  }

  @Override
  public void started(CompletionCall call) {
    Held held = holds.get(call.scope().credential());
    if (held != null) {
      held.probed(call, nanos.getAsLong(), config.maxProbe());
    }
  }

  @Override
  public Toll ended(CompletionCall call, AttemptResult result) {
    String credential = call.scope().credential();
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    Held held = holds.get(credential);
    if (held == null) {
      watch(credential, error);
      return Toll.ATTEMPT;
    }
    boolean probe = held.ended(call);
    if (error != null && held.byBrake() && refusedByEndpoint(error)) {
      return Toll.AGAIN; // of the calls that were open already, too
    }
    if (probe && (error == null || refusedByEndpoint(error))) {
      // The account was let in. What other calls say is from before the hold.
      release(credential, held);
    }
    return probe ? Toll.FREE : Toll.ATTEMPT;
  }

  private void watch(String credential, @Nullable AttemptError error) {
    if (config.action() == HoldConfig.Action.FAIL) {
      return;
    }
    if (error != null && error.disposition() == Disposition.HOLD) {
      hold(credential, error, error.reason().name(), false);
    } else if (config.brakeShare() > 0 && (error == null || refusedByEndpoint(error))) {
      outcome(credential, error);
    }
  }

  /** A failure that is the endpoint's word, and not that of the worker about its own request. */
  private static boolean refusedByEndpoint(AttemptError error) {
    return error.disposition() == Disposition.FAIL && error.status() != null;
  }

  private void outcome(String credential, @Nullable AttemptError error) {
    Brake brake = brakes.getOrAdd(credential, () -> new Brake(config.brakeWindow()));
    if (error == null) {
      brake.answered(nanos.getAsLong());
      return;
    }
    int failed = brake.failed(error.reason(), nanos.getAsLong());
    if (brake.full() && failed > config.brakeShare() * config.brakeWindow()) {
      String why =
          "%d of the last %d requests failed with %s: its requests wait, see %s"
              .formatted(
                  failed, config.brakeWindow(), error.reason(), HoldConfig.BRAKE_SHARE_CONFIG);
      hold(credential, error, why, true);
    }
  }

  private void hold(String credential, AttemptError error, String why, boolean byBrake) {
    Held held = new Held(error.reason(), why, byBrake, config.initialProbe(), nanos.getAsLong());
    holds.put(credential, held);
    meters.hold(error.reason().name());
    // What is said of requests, when the brake holds them, may quote their prompts.
    log.atWarn()
        .addKeyValue("credential", credential)
        .addKeyValue("reason", error.reason())
        .log(
            "Credential on hold: {}{}; probing from time to time",
            why,
            byBrake ? "" : " (" + error.message() + ")");
  }

  private void release(String credential, Held held) {
    holds.remove(credential);
    if (held.byBrake()) {
      brakes.remove(credential);
    }
    log.atInfo()
        .addKeyValue("credential", credential)
        .addKeyValue("reason", held.reason())
        .log("Credential released");
  }

  private boolean idle(Brake brake) {
    return nanos.getAsLong() - brake.usedAtNanos() > FORGET_BRAKE_NANOS;
  }

  /** Long past its time for a probe, since nobody has a request for it. */
  private boolean abandoned(Held held) {
    return nanos.getAsLong() - held.probeAtNanos() > forgetNanos;
  }
}

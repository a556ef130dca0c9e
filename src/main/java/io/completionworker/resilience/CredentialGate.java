package io.completionworker.resilience;

import io.completionworker.avro.FailureReason;
import io.completionworker.completion.AttemptError;
import io.completionworker.completion.AttemptResult;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.Disposition;
import io.completionworker.completion.RecordPosition;
import io.completionworker.completion.port.Admission;
import io.completionworker.config.HoldConfig;
import io.completionworker.metrics.Meters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cools a credential down when the server asks for it, and holds it when the account is at fault; a
 * lane is a credential, so nobody else waits. One probe at a time asks whether a hold is over.
 *
 * <p>Dispatcher's thread only, but for {@link #holds()}.
 */
public final class CredentialGate implements Admission {

  private static final Logger log = LoggerFactory.getLogger(CredentialGate.class);

  private final HoldConfig config;
  private final long maxCoolDownNanos;
  private final long forgetAfterNanos;
  private final LongSupplier nanos;
  private final Meters meters;
  private final Map<String, Credential> credentials = new HashMap<>();
  private volatile List<Hold> holds = List.of();

  /**
   * @param maxCoolDown longest cool-down that a server may ask for
   * @param nanos monotonic time
   */
  public CredentialGate(
      HoldConfig config, Duration maxCoolDown, LongSupplier nanos, Meters meters) {
    this.config = config;
    this.maxCoolDownNanos = maxCoolDown.toNanos();
    this.forgetAfterNanos = 2 * config.maxProbe().toNanos();
    this.nanos = nanos;
    this.meters = meters;
  }

  /** Why credentials are on hold, one line each, by hash; safe on every thread. */
  public List<String> holds() {
    long now = nanos.getAsLong();
    return holds.stream()
        .filter(hold -> now - hold.probeAtNanos() < forgetAfterNanos)
        .map(hold -> "credential " + hold.credential() + " is on hold: " + hold.reason())
        .toList();
  }

  @Override
  public String lane(CompletionCall call) {
    return call.scope().credential();
  }

  @Override
  public long admit(CompletionCall call) {
    Credential credential = credentials.get(call.scope().credential());
    if (credential == null) {
      return 0;
    }
    long wait = credential.closedUntilNanos - nanos.getAsLong();
    if (wait > 0) {
      return wait;
    }
    if (credential.heldFor == null) {
      credentials.remove(call.scope().credential());
    } else {
      // This call is the probe; the next one waits for its end or for the next probe's time.
      credential.probe = call.source().position();
      credential.closedUntilNanos = nanos.getAsLong() + credential.nextProbe().toNanos();
      publish();
    }
    return 0;
  }

  @Override
  public Toll ended(CompletionCall call, AttemptResult result) {
    String name = call.scope().credential();
    Credential credential = credentials.get(name);
    boolean probe = credential != null && call.source().position().equals(credential.probe);
    AttemptError error =
        result instanceof AttemptResult.Rejected rejected ? rejected.error() : null;
    if (error != null && error.disposition() == Disposition.HOLD) {
      hold(name, error);
    } else if (error != null && coolsDown(error)) {
      coolDown(name, error.retryAfter());
    } else if (probe && (error == null || error.disposition() == Disposition.FAIL)) {
      // The account was let in. What other calls say is from before the hold.
      release(name);
    }
    return probe ? Toll.FREE : Toll.ATTEMPT;
  }

  private void hold(String name, AttemptError error) {
    if (config.action() == HoldConfig.Action.FAIL) {
      return;
    }
    Credential credential = credential(name);
    if (credential.heldFor == null) {
      credential.heldFor = error.reason();
      credential.probeDelay = config.initialProbe();
      credential.closedUntilNanos = nanos.getAsLong() + config.initialProbe().toNanos();
      meters.hold(error.reason().name());
      log.warn(
          "Credential {} is on hold: {} ({}); its requests wait, probing from time to time",
          name,
          error.reason(),
          error.message());
      publish();
    }
  }

  private void release(String name) {
    Credential credential = credentials.remove(name);
    if (credential != null) {
      log.info("Credential {} is released, it was on hold for {}", name, credential.heldFor);
      publish();
    }
  }

  private void coolDown(String name, @Nullable Duration asked) {
    if (asked != null) {
      Credential credential = credential(name);
      long until = nanos.getAsLong() + Math.min(maxCoolDownNanos, saturatedNanos(asked));
      if (until - credential.closedUntilNanos > 0) {
        credential.closedUntilNanos = until;
      }
    }
  }

  /** The entry of a credential; makes room by forgetting those that nobody has asked for lately. */
  private Credential credential(String name) {
    Credential known = credentials.get(name);
    if (known != null) {
      return known;
    }
    long now = nanos.getAsLong();
    credentials.values().removeIf(idle -> now - idle.closedUntilNanos > forgetAfterNanos);
    Credential fresh = new Credential(now);
    credentials.put(name, fresh);
    return fresh;
  }

  private static boolean coolsDown(AttemptError error) {
    return error.retryAfter() != null
        && (error.reason() == FailureReason.RATE_LIMITED
            || error.reason() == FailureReason.OVERLOADED);
  }

  private static long saturatedNanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(1)) > 0
        ? Duration.ofDays(1).toNanos()
        : duration.toNanos();
  }

  private void publish() {
    List<Hold> now = new ArrayList<>();
    credentials.forEach(
        (name, credential) -> {
          if (credential.heldFor != null) {
            now.add(new Hold(name, credential.heldFor, credential.closedUntilNanos));
          }
        });
    holds = List.copyOf(now);
  }

  private record Hold(String credential, FailureReason reason, long probeAtNanos) {}

  private final class Credential {
    @Nullable FailureReason heldFor;
    @Nullable RecordPosition probe;
    Duration probeDelay = Duration.ZERO;
    long closedUntilNanos;

    Credential(long nowNanos) {
      closedUntilNanos = nowNanos;
    }

    Duration nextProbe() {
      Duration doubled = probeDelay.multipliedBy(2);
      probeDelay = doubled.compareTo(config.maxProbe()) < 0 ? doubled : config.maxProbe();
      return probeDelay;
    }
  }
}

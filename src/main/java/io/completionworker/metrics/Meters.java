package io.completionworker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The meters. Names and tags are public surface; safe on every thread.
 *
 * <p>Tags have few values: outcomes, reasons and header names of a fixed list, never ids, keys or
 * models.
 */
public final class Meters {

  /** Calls open at the endpoint. */
  public static final String IN_FLIGHT = "completion.worker.in.flight";

  /** Requests accepted and without an outcome. */
  public static final String PENDING_RECORDS = "completion.worker.pending.records";

  /** Their size. */
  public static final String PENDING_BYTES = "completion.worker.pending.bytes";

  /** Those of them that wait, undecoded, until their scope has room for one more. */
  public static final String PARKED_RECORDS = "completion.worker.parked.records";

  /** This instance's part of the limits, from 0 to 1. */
  public static final String LIMIT_SHARE = "completion.worker.limit.share";

  /** 1 while the intake is paused. */
  public static final String INTAKE_PAUSED = "completion.worker.intake.paused";

  /** Attempts by outcome: response, or a failure reason. */
  public static final String ATTEMPTS = "completion.worker.attempts";

  /** Outcomes by kind: response, dead-letter, or a failure reason. */
  public static final String OUTCOMES = "completion.worker.outcomes";

  /** Retries that were scheduled, by the reason of the failed attempt. */
  public static final String RETRIES = "completion.worker.retries";

  /** Answers that came for a request that was already answered or had gone to another instance. */
  public static final String STALE = "completion.worker.stale";

  /** Requests called again after a crash or a lost partition. */
  public static final String RECOVERED = "completion.worker.recovered";

  /** Record headers that were refused. */
  public static final String HEADERS_REFUSED = "completion.worker.headers.refused";

  /** Times that a credential was put on hold, by reason. */
  public static final String HOLDS = "completion.worker.holds";

  /** Credentials on hold now. */
  public static final String CREDENTIALS_ON_HOLD = "completion.worker.credentials.on.hold";

  /** Credentials whose calls wait now because the endpoint fails them. */
  public static final String BREAKERS_OPEN = "completion.worker.breakers.open";

  /** Times that a breaker opened. */
  public static final String BREAKER_OPENINGS = "completion.worker.breaker.openings";

  /** Usage rows without a cost though there is a price file, by reason. */
  public static final String UNPRICED = "completion.worker.unpriced";

  private final MeterRegistry registry;
  private final Map<String, Timer> attempts = new ConcurrentHashMap<>();
  private final Map<String, Counter> counters = new ConcurrentHashMap<>();

  /** Meters of this registry. */
  public Meters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Watches a value under one of the names above. */
  public void watch(String name, Supplier<Number> value) {
    Gauge.builder(name, value).strongReference(true).register(registry);
  }

  /** An attempt has ended. */
  public void attempt(String outcome, Duration latency) {
    attempts
        .computeIfAbsent(outcome, o -> Timer.builder(ATTEMPTS).tag("outcome", o).register(registry))
        .record(latency);
  }

  /** A request has its outcome, and it is forwarded. */
  public void outcome(String outcome) {
    count(OUTCOMES, "outcome", outcome);
  }

  /** A retry was scheduled. */
  public void retry(String reason) {
    count(RETRIES, "reason", reason);
  }

  /** An answer came too late to count. */
  public void stale() {
    count(STALE, "", "");
  }

  /** A request is called again. */
  public void recovered() {
    count(RECOVERED, "", "");
  }

  /** A record header was refused; the name is of the fixed list of forbidden names. */
  public void headerRefused(String name) {
    count(HEADERS_REFUSED, "header", name);
  }

  /** A credential was put on hold. */
  public void hold(String reason) {
    count(HOLDS, "reason", reason);
  }

  /** The endpoint fails a credential; its calls wait from now on. */
  public void breakerOpened() {
    count(BREAKER_OPENINGS, "", "");
  }

  /** A usage row has no cost; the reason is one of a few. */
  public void unpriced(String reason) {
    count(UNPRICED, "reason", reason);
  }

  private void count(String name, String tag, String value) {
    counters
        .computeIfAbsent(
            name + "\u0000" + value,
            k -> {
              Counter.Builder builder = Counter.builder(name);
              return (tag.isEmpty() ? builder : builder.tag(tag, value)).register(registry);
            })
        .increment();
  }
}

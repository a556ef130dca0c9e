package io.completionworker.metrics.history;

/** Meters that are read here if they are there, and their tags. */
final class Names {

  static final String IN_FLIGHT = "completion.worker.in.flight";
  static final String PENDING_RECORDS = "completion.worker.pending.records";
  static final String PENDING_BYTES = "completion.worker.pending.bytes";
  static final String PARKED_RECORDS = "completion.worker.parked.records";
  static final String LIMIT_SHARE = "completion.worker.limit.share";
  static final String CREDENTIALS_ON_HOLD = "completion.worker.credentials.on.hold";
  static final String BREAKERS_OPEN = "completion.worker.breakers.open";
  static final String INTAKE_PAUSED = "completion.worker.intake.paused";
  static final String ATTEMPTS = "completion.worker.attempts";
  static final String OUTCOMES = "completion.worker.outcomes";
  static final String RETRIES = "completion.worker.retries";
  static final String HOLDS = "completion.worker.holds";
  static final String TOKENS = "completion.worker.tokens";
  static final String COST = "completion.worker.cost";
  static final String REQUEST_DURATION = "completion.worker.request.duration";
  static final String QUEUE_AGE = "completion.worker.queue.age";
  static final String WAITING = "completion.worker.waiting";
  static final String LIMIT_AVAILABLE = "completion.worker.limit.available";

  static final String REASON = "reason";
  static final String MODEL = "model";
  static final String TYPE = "type";
  static final String CURRENCY = "currency";
  static final String FOR = "for";
  static final String LIMIT = "limit";
  static final String SCOPE = "scope";

  private Names() {}
}

package io.completionworker.metrics.history;

/** Meters that are read here if they are there, and their tags. */
final class Names {

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

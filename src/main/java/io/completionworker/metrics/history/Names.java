// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics.history;

import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.RequestMeters;

/** Meters that are read here if they are there, and their tags. */
final class Names {

  static final String IN_FLIGHT = CallMeters.IN_FLIGHT.name();
  static final String PENDING_RECORDS = RequestMeters.PENDING_RECORDS.name();
  static final String PENDING_BYTES = RequestMeters.PENDING_BYTES.name();
  static final String PARKED_RECORDS = RequestMeters.PARKED_RECORDS.name();
  static final String LIMIT_SHARE = HealthMeters.LIMIT_SHARE.name();
  static final String CREDENTIALS_ON_HOLD = HealthMeters.CREDENTIALS_ON_HOLD.name();
  static final String BREAKERS_OPEN = HealthMeters.BREAKERS_OPEN.name();
  static final String INTAKE_PAUSED = RequestMeters.INTAKE_PAUSED.name();
  static final String LAG = RequestMeters.LAG.name();
  static final String ATTEMPTS = CallMeters.ATTEMPTS.name();
  static final String OUTCOMES = RequestMeters.OUTCOMES.name();
  static final String RETRIES = RequestMeters.RETRIES.name();
  static final String HOLDS = HealthMeters.HOLDS.name();
  static final String TOKENS = CallMeters.TOKENS.name();
  static final String COST = CallMeters.COST.name();
  static final String REQUEST_DURATION = RequestMeters.REQUEST_DURATION.name();
  static final String QUEUE_AGE = RequestMeters.QUEUE_AGE.name();
  static final String WAITING = RequestMeters.WAITING.name();

  static final String REASON = "reason";
  static final String MODEL = "model";
  static final String TYPE = "type";
  static final String CURRENCY = "currency";
  static final String FOR = "for";

  private Names() {}
}

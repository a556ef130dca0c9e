// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.List;

/** Meters of the reasons for which calls wait, and of the worker as a whole. */
public final class HealthMeters {

  public static final MeterSpec PERMIT_WAIT =
      MeterSpec.timer(
          "completion.worker.permit.wait",
          "Time from when a request is ready for its next attempt until the attempt starts. It"
              + " includes waits for limits, holds, breakers and a slot."
              + RequestMeters.BY_CLASS,
          0.001,
          0.01,
          0.1,
          0.5,
          1,
          5,
          10,
          30,
          60,
          300,
          600,
          3_600);

  public static final MeterSpec LIMIT_SHARE =
      MeterSpec.gauge(
          "completion.worker.limit.share",
          "0 to 1",
          "This instance's part of the limits, from 0 to 1.");

  public static final MeterSpec LIMIT_SCOPES =
      MeterSpec.gauge(
          "completion.worker.limit.scopes", "scopes", "Limit scopes that are in memory now.");

  public static final MeterSpec LIMIT_AVAILABLE =
      MeterSpec.gauge(
              "completion.worker.limit.available",
              "requests or tokens",
              "How much of its limit a scope may use now without a wait, in this instance's share."
                  + " Below 0, more was used than there was, and calls wait until it is refilled. A"
                  + " series that stands for several limits or scopes has the smallest of their"
                  + " values. A scope has no series before its first call, and no number after it"
                  + " was idle for long.")
          .tag("limit", "`requests`, `tokens` or `in-flight`")
          .tag(
              "scope",
              "a scope, within `metrics.virtual.keys` and `metrics.scopes.max`, or `other`");

  public static final MeterSpec HOLDS =
      MeterSpec.counter(
              "completion.worker.holds", "holds", "Times that a credential was put on hold.")
          .tag("reason", "a failure reason");

  public static final MeterSpec CREDENTIALS_ON_HOLD =
      MeterSpec.gauge(
          "completion.worker.credentials.on.hold",
          "credentials",
          "Credentials on hold now, among those that requests ask for.");

  public static final MeterSpec BREAKERS_OPEN =
      MeterSpec.gauge(
          "completion.worker.breakers.open",
          "credentials",
          "Credentials whose calls wait now because the endpoint fails them.");

  public static final MeterSpec BREAKER_OPENINGS =
      MeterSpec.counter(
          "completion.worker.breaker.openings", "openings", "Times that a breaker opened.");

  public static final MeterSpec REGISTRY_DOWN =
      MeterSpec.gauge(
          "completion.worker.registry.down",
          "0 or 1",
          "1 while something waits for the schema registry.");

  public static final MeterSpec UNDECODABLE_ON_HOLD =
      MeterSpec.gauge(
          "completion.worker.undecodable.on.hold",
          "requests",
          "Requests that wait because nearly all of the last records could not be decoded.");

  public static final MeterSpec CONTROLS =
      MeterSpec.gauge(
              "completion.worker.controls",
              "controls",
              "Controls in force now, the same on all instances. One that is `unreadable` has no"
                  + " effect.")
          .tag("kind", "`cancel`, `pause`, `limit`, `budget` or `unreadable`");

  public static final MeterSpec BUDGET_AMOUNT =
      MeterSpec.gauge(
              "completion.worker.budget.amount",
              "money",
              "What the requests of a configured budget may cost in a period, in the currency of the"
                  + " price file. A control may have changed it.")
          .tag("budget", "name of the budget");

  public static final MeterSpec BUDGET_SPENT =
      MeterSpec.gauge(
              "completion.worker.budget.spent",
              "money",
              "What all instances together have spent of a configured budget in this period. All of"
                  + " them report nearly the same.")
          .tag("budget", "name of the budget");

  public static final MeterSpec READY =
      MeterSpec.gauge(
          "completion.worker.ready", "0 or 1", "1 while `/health/ready` reports readiness.");

  public static final MeterSpec INFO =
      MeterSpec.gauge("completion.worker.info", "1", "Always 1. The tag has the version.")
          .tag("version", "the version of the worker");

  static final List<MeterSpec> ALL =
      List.of(
          PERMIT_WAIT,
          LIMIT_SHARE,
          LIMIT_SCOPES,
          LIMIT_AVAILABLE,
          HOLDS,
          CREDENTIALS_ON_HOLD,
          BREAKERS_OPEN,
          BREAKER_OPENINGS,
          REGISTRY_DOWN,
          UNDECODABLE_ON_HOLD,
          CONTROLS,
          BUDGET_AMOUNT,
          BUDGET_SPENT,
          READY,
          INFO);

  private HealthMeters() {}
}

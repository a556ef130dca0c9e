// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.dispatch.Waiting;
import io.completionworker.async.loop.LoopView;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.completion.Version;
import io.completionworker.completion.Wait.WaitingFor;
import io.completionworker.config.Budget;
import io.completionworker.config.MetricsConfig;
import io.completionworker.config.Secret;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.ControlsView;
import io.completionworker.control.budget.BudgetState;
import io.completionworker.management.page.ControlReport;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.HealthMeters;
import io.completionworker.metrics.Meters;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.limit.LimitUse.LimitsLeft;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The gauges that read the stages at each scrape. They cost nothing between scrapes, and little
 * during one. A {@link LoopView} reads what only the dispatcher's loop can see.
 */
final class WorkerGauges {

  private static final double MILLIS_PER_SECOND = 1e3;

  private final Stages stages;
  private final Meters meters;
  private final MeterRegistry registry;
  private final LoopView<Sight> view;

  private record Sight(Waiting waiting, LimitsLeft limits, List<BudgetState> budgets) {

    double budget(String name, Function<BudgetState, BigDecimal> value) {
      return budgets.stream()
          .filter(state -> state.budget().name().equals(name))
          .findFirst()
          .map(value)
          .map(BigDecimal::doubleValue)
          .orElse(Double.NaN);
    }
  }

  WorkerGauges(Stages stages, Telemetry telemetry) {
    this.stages = stages;
    this.meters = telemetry.meters();
    this.registry = telemetry.registry();
    this.view =
        new LoopView<>(
            stages.loop(),
            () ->
                new Sight(
                    stages.dispatcher().waiting(),
                    stages.limits().left(),
                    stages.spending().budgets().states()),
            new Sight(Waiting.NONE, LimitsLeft.NONE, List.of()));
  }

  /**
   * Registers the gauges. Must be called before the first request is accepted.
   *
   * @param ready whether the worker is ready
   */
  void register(WorkerSettings settings, BooleanSupplier ready) {
    requests();
    waiting();
    limits(settings.metrics());
    Secret ownKey = settings.gateway().credentials().virtualKey();
    stages
        .health()
        .watch(
            new MeterNames(settings.metrics(), ownKey == null ? null : ownKey.value()), registry);
    stages.retries().watch(registry);
    meters.watch(HealthMeters.CREDENTIALS_ON_HOLD, () -> stages.health().onHold());
    meters.watch(HealthMeters.BREAKERS_OPEN, () -> stages.health().breakersOpen());
    meters.watch(HealthMeters.REGISTRY_DOWN, () -> number(stages.codec().registryMissed()));
    meters.watch(
        HealthMeters.UNDECODABLE_ON_HOLD,
        () -> stages.codec().undecodable().now().map(DecodingHold.Held::records).orElse(0));
    controls();
    for (Budget budget : settings.budgets().all()) {
      String name = budget.name();
      meters.watch(
          HealthMeters.BUDGET_AMOUNT,
          () -> view.now().budget(name, state -> state.budget().amount()),
          name);
      meters.watch(
          HealthMeters.BUDGET_SPENT, () -> view.now().budget(name, BudgetState::spent), name);
    }
    meters.watch(HealthMeters.READY, () -> number(ready.getAsBoolean()));
    meters.watch(HealthMeters.INFO, () -> 1, Version.text());
  }

  private void requests() {
    meters.watch(CallMeters.IN_FLIGHT, () -> stages.dispatcher().inFlight());
    meters.watch(RequestMeters.ANSWER_BYTES, () -> stages.room().taken());
    meters.watch(RequestMeters.CACHE_BYTES, stages.dispatcher()::rememberedBytes);
    meters.watch(
        RequestMeters.CODEC_QUEUE,
        () -> stages.codecThread().getQueue().size() + view.now().waiting().forRegistry());
  }

  private void waiting() {
    meters.watch(
        RequestMeters.QUEUE_AGE, () -> view.now().waiting().oldestMillis() / MILLIS_PER_SECOND);
    for (WaitingFor reason : WaitingFor.values()) {
      meters.watch(RequestMeters.WAITING, () -> view.now().waiting().count(reason), reason.text());
    }
    Set<String> tenants = new HashSet<>(); // each is watched once, though it may be in many classes
    for (ClassOfRequests one : stages.classes().all()) {
      one.tenants()
          .watch(
              tenant -> {
                if (tenants.add(tenant)) {
                  meters.watch(
                      RequestMeters.TENANT_WAITING,
                      () -> view.now().waiting().byTenant().getOrDefault(tenant, 0),
                      tenant);
                }
              });
    }
  }

  private void limits(MetricsConfig config) {
    meters.watch(HealthMeters.LIMIT_SHARE, () -> stages.share().now());
    meters.watch(HealthMeters.LIMIT_SCOPES, () -> view.now().limits().scopes());
    stages
        .limits()
        .watch(
            config,
            registry,
            (kind, scope) ->
                meters.watch(
                    HealthMeters.LIMIT_AVAILABLE,
                    () -> view.now().limits().of(kind, scope),
                    kind.text(),
                    scope));
  }

  private void controls() {
    for (ControlReport.Kind kind : ControlReport.Kind.values()) {
      meters.watch(HealthMeters.CONTROLS, () -> count(kind), kind.text());
    }
  }

  private long count(ControlReport.Kind kind) {
    ControlsView controls = stages.dispatcher().controls();
    return kind == ControlReport.Kind.UNREADABLE
        ? controls.unreadable().size()
        : controls.active().stream()
            .filter(control -> ControlReport.Kind.of(control) == kind)
            .count();
  }

  private static int number(boolean holds) {
    return holds ? 1 : 0;
  }
}

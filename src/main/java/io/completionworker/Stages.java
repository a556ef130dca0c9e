// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.codec.DecodingHold;
import io.completionworker.async.dispatch.Calls;
import io.completionworker.async.dispatch.Dispatcher;
import io.completionworker.async.dispatch.DispatcherParts;
import io.completionworker.async.dispatch.DispatcherParts.Modules;
import io.completionworker.async.dispatch.DispatcherParts.Ports;
import io.completionworker.async.dispatch.DispatcherParts.Rules;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.DispatchLoop;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.schedule.ClassOfRequests;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.schedule.LaneQuota;
import io.completionworker.async.schedule.Lease;
import io.completionworker.async.schedule.Tenants;
import io.completionworker.async.spending.Spending;
import io.completionworker.codec.UsageCosts;
import io.completionworker.codec.headers.CredentialNames;
import io.completionworker.codec.headers.GatewayMetadata;
import io.completionworker.completion.AnswerMemoryLimit;
import io.completionworker.completion.Fingerprint;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.completion.port.WindowWriter;
import io.completionworker.config.AsyncConfig;
import io.completionworker.config.FairnessConfig;
import io.completionworker.config.RateLimitConfig;
import io.completionworker.config.Secret;
import io.completionworker.config.WorkerSettings;
import io.completionworker.control.Control;
import io.completionworker.control.Controls;
import io.completionworker.control.budget.Budgets;
import io.completionworker.format.ValueSerdes;
import io.completionworker.gateway.GatewayClient;
import io.completionworker.metrics.Meters;
import io.completionworker.resilience.AdmissionGate;
import io.completionworker.resilience.AdmissionGate.Condition;
import io.completionworker.resilience.BackoffRetryPolicy;
import io.completionworker.resilience.BudgetCondition;
import io.completionworker.resilience.MeterNames;
import io.completionworker.resilience.health.CredentialHealth;
import io.completionworker.resilience.health.TierHealth;
import io.completionworker.resilience.health.TierSlots;
import io.completionworker.resilience.health.WaitReport;
import io.completionworker.resilience.limit.RateLimits;
import io.completionworker.resilience.limit.Share;
import io.completionworker.tokens.TokenEstimator;
import io.completionworker.topology.CompletionTopology.Spend;
import io.completionworker.tracing.Tracing;
import io.completionworker.tracing.Tracing.TracedWorker;
import io.completionworker.usage.SpendFormat;
import io.completionworker.usage.SpendSupplier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The stages off the stream threads, from the last to the first, each with what it is made of. */
record Stages(
    Tracing tracing,
    DispatchLoop loop,
    AnswerMemoryLimit room,
    GatewayClient gateway,
    ThreadPoolExecutor codecThread,
    CodecStage codec,
    WindowWriter windows,
    CredentialHealth health,
    Share share,
    RateLimits limits,
    BackoffRetryPolicy retries,
    GroupMembers members,
    Classes classes,
    Spending spending,
    Dispatcher dispatcher)
    implements AutoCloseable {

  private static final int HASH_BYTES = 8;

  /**
   * With tenants or classes: number of records with the codec at which no more are read for now.
   * Otherwise requests that are taken back or more urgent, and outcomes, would wait behind all that
   * is read ahead.
   */
  private static final int READ_AHEAD = 500;

  /** Starts them. {@code fatal} hears of an error after which a stage can do nothing any more. */
  static Stages start(WorkerSettings settings, Meters meters, Consumer<Throwable> fatal) {
    AsyncConfig async = settings.async();
    UsageCosts costs = Codecs.costs(settings, meters); // may refuse: before anything is started
    Tracing tracing = Tracing.start(TracedWorker.of(settings)); // may refuse, too
    ValueSerdes serdes = ValueSerdes.of(settings);
    AnswerMemoryLimit room = new AnswerMemoryLimit(async.maxAnswerBytes());
    GatewayClient gateway =
        GatewayClient.start(settings.gateway(), async.maxInFlight(), InstantSource.system(), room);
    DispatchLoop loop = new DispatchLoop(fatal);
    Flights flights = new Flights(loop, async.ordering() == AsyncConfig.Ordering.KEY);
    ThreadPoolExecutor codecThread =
        new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Stages::codecThread);
    TokenEstimator tokens = Codecs.tokens(settings);
    CodecStage codec =
        new CodecStage(
            new CodecStage.Coders(
                tracing.reader(Codecs.reader(settings, serdes, tokens)),
                Codecs.writer(settings, serdes, costs),
                Codecs.chunkWriter(settings, serdes),
                Codecs.controls(settings, serdes, loop::nanos),
                serdes.withoutWaiting(),
                () -> !tokens.counts()),
            new DecodingHold(settings.hold(), loop),
            loop,
            codecThread,
            meters,
            fatal);
    Share share = Share.of(settings.rateLimit(), loop::nanos);
    RateLimits limits = new RateLimits(settings.rateLimit(), share, loop::nanos);
    WaitReport report =
        new WaitReport(
            InstantSource.system(),
            new CredentialNames(settings.gateway().credentials(), settings.rateLimit().overrides())
                ::of,
            flights::waitingByScope);
    TierHealth tiers = tiers(settings, limits, loop, meters, report);
    CredentialHealth credentials =
        new CredentialHealth(
            settings.hold(),
            settings.breaker(),
            settings.retry().maxServerDelay(),
            loop::nanos,
            meters,
            limits::drained,
            report);
    CredentialHealth health = tiers == null ? credentials : credentials.with(tiers);
    BackoffRetryPolicy retries = new BackoffRetryPolicy(settings.retry(), settings.hold());
    Classes classes = classes(settings, loop, meters);
    Spending spending =
        new Spending(loop, Codecs.budgets(settings, loop::millis, loop::nanos), flights);
    GroupMembers members = new GroupMembers(settings, loop::nanos);
    Dispatcher dispatcher =
        new Dispatcher(
            new DispatcherParts(
                new Modules(loop, codec, classes, spending, meters),
                new Ports(
                    new Calls(gateway, async.maxInFlight(), tracing.calls(), room),
                    admission(health, limits, spending.budgets()),
                    retries,
                    tiers == null ? TierOutlook.NONE : tiers,
                    new PoisonRule(UUID.randomUUID().toString(), async.poisonDeaths(), members),
                    new Controls(GatewayMetadata::sent),
                    controls -> {
                      tokens.limited(controls.stream().map(Control.Limit::limits));
                      limits.replace(controls);
                    }),
                new Rules(
                    settings.stream(),
                    settings.cache(),
                    settings.promptCache(),
                    settings.tiers())));
    return new Stages(
        tracing,
        loop,
        room,
        gateway,
        codecThread,
        codec,
        Codecs.windows(settings, serdes),
        health,
        share,
        limits,
        retries,
        members,
        classes,
        spending,
        dispatcher);
  }

  /** Returns what is known of service tiers; null if none are chosen. */
  private static @Nullable TierHealth tiers(
      WorkerSettings settings,
      RateLimits limits,
      DispatchLoop loop,
      Meters meters,
      WaitReport report) {
    return settings.tiers().on()
        ? new TierHealth(
            new TierSlots(settings.async().maxInFlight(), limits::allowance),
            settings.retry().maxServerDelay(),
            loop::nanos,
            meters,
            report)
        : null;
  }

  private static Classes classes(WorkerSettings settings, DispatchLoop loop, Meters meters) {
    UnaryOperator<String> tenantShown = tenantShown(settings);
    return new Classes(
        settings.classes().all().stream()
            .map(
                one ->
                    new ClassOfRequests(
                        one,
                        quota(loop, settings),
                        new Lease(
                            settings.async().lease(),
                            StreamsSettings.commitInterval(settings),
                            loop.nanos()),
                        new Tenants(
                            settings.fairness(), GatewayMetadata::sent, tenantShown, meters)))
            .toList());
  }

  private static LaneQuota quota(DispatchLoop loop, WorkerSettings settings) {
    AsyncConfig async = settings.async();
    return new LaneQuota(
        loop,
        async.maxAtHand(),
        async.enoughAtHand(),
        async.overflow() == AsyncConfig.Overflow.FAIL,
        settings.tiers().on() || settings.rateLimit().scope() != RateLimitConfig.Scope.WORKER,
        settings.fairness().atHand(async));
  }

  /** Names tenants in meters as limit scopes are: few of them, and virtual keys as hashes. */
  private static UnaryOperator<String> tenantShown(WorkerSettings settings) {
    FairnessConfig fairness = settings.fairness();
    Secret ownKey = settings.gateway().credentials().virtualKey();
    MeterNames names = new MeterNames(settings.metrics(), ownKey == null ? null : ownKey.value());
    boolean byKey = fairness.by().equals(FairnessConfig.VIRTUAL_KEY);
    return tenant ->
        byKey ? names.of(Fingerprint.of(tenant, HASH_BYTES), tenant) : names.of(tenant, null);
  }

  /** Returns the part of a class's graph that adds up spending; null if there are no budgets. */
  @Nullable Spend spendGraph(WorkerSettings ofClass) {
    return spending.budgets().on()
        ? new Spend(
            new SpendSupplier(ofClass.topics().requests(), ofClass.async(), spending),
            bytes -> SpendFormat.decode(bytes).ifPresent(spending::published))
        : null;
  }

  /** A lane for all that can wait apart: limits, and the tiers of a credential's models. */
  private static AdmissionGate admission(
      CredentialHealth health, RateLimits limits, Budgets budgets) {
    List<Condition> conditions = new ArrayList<>(health.conditions());
    if (budgets.on()) {
      conditions.add(new BudgetCondition(budgets));
    }
    // Last: it hears from the others when a cool-down is over, and has calls of other lanes wait
    // for the one that is next, which must be one that nothing else holds up.
    conditions.add(limits);
    return new AdmissionGate(
        call -> limits.scope(call) + " " + call.throttledAs() + budgets.lane(call),
        limits::refusal,
        conditions);
  }

  /** Whether so many records are with the codec that no more should be read ahead. */
  boolean hasReadAhead() {
    return codecThread.getQueue().size() > READ_AHEAD;
  }

  @Override
  public void close() {
    gateway.close();
    codecThread.shutdownNow();
    loop.close();
    members.close();
    tracing.close();
  }

  private static Thread codecThread(Runnable task) {
    Thread thread = new Thread(task, "completion-codec");
    thread.setDaemon(true);
    return thread;
  }
}

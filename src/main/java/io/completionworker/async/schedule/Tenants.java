// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.schedule;

import io.completionworker.completion.CompletionCall;
import io.completionworker.config.FairnessConfig;
import io.completionworker.metrics.Meters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of one class whose calls take turns, and what each of them has had. Without {@code
 * fairness.by}, all requests belong to one tenant. Dispatcher's loop only.
 *
 * <p>Each call advances the clock of its tenant by its estimated tokens, divided by the tenant's
 * weight. The tenant that is furthest behind is next. So over time, tenants that have calls to make
 * get tokens in proportion to their weights, and one that had a large call lets others catch up. A
 * tenant that could not use its turns, because it had no request or all its lanes waited, resumes
 * at the clock of the last call that started: it saves up no turns. A tenant is ahead of that clock
 * by one call at most, so it repays no more than that either.
 */
public final class Tenants {

  /** Requests without the value that tells tenants apart. */
  private static final String NAMELESS = "";

  private static final String NAMELESS_SHOWN = "(none)";

  /** The number of tenants in memory at which those without requests may be forgotten. */
  private static final int FEW = 1_000;

  private final FairnessConfig config;
  private final Function<CompletionCall, Map<String, String>> metadataOf;
  private final UnaryOperator<String> shownAs;
  private final Meters meters;
  private final Tenant everyone = new Tenant(NAMELESS, NAMELESS, 1);
  private final Map<String, Tenant> known = new HashMap<>();
  private final Set<String> shown = new HashSet<>();
  private Consumer<String> added = name -> {};
  private int lookAt = FEW;
  private double clock;

  /**
   * @param metadataOf returns the metadata that a call sends
   * @param shownAs returns the name of a tenant in meters, which has few values and is no secret
   */
  public Tenants(
      FairnessConfig config,
      Function<CompletionCall, Map<String, String>> metadataOf,
      UnaryOperator<String> shownAs,
      Meters meters) {
    this.config = config;
    this.metadataOf = metadataOf;
    this.shownAs = shownAs;
    this.meters = meters;
  }

  /** A tenant and what it has at the moment. */
  static final class Tenant {
    final String name;

    /** Its name in meters, which it may share with others; empty if there are no tenants. */
    final String shown;

    private final double weight;

    /** Tokens of its calls so far by weight, and at least the clock whenever it resumed. */
    double clock;

    /** Number of its lanes that have requests waiting for admission. */
    int lanes;

    /** Number of its requests that are at hand, and of the lanes that they are in. */
    int atHand;

    int lanesAtHand;

    /** Number of its requests that are at hand, parked or paused. */
    int held;

    Tenant(String name, String shown, double weight) {
      this.name = name;
      this.shown = shown;
      this.weight = weight;
    }

    private boolean idle() {
      return lanes == 0 && held == 0;
    }
  }

  /**
   * Sets what is told each new name of a tenant in meters. Must be called before the first request
   * is read.
   */
  public void watch(Consumer<String> added) {
    this.added = added;
  }

  /** Whether there are tenants. */
  boolean on() {
    return config.on();
  }

  /** Returns the tenant of a request, which does not change. */
  Tenant of(Candidate request, CompletionCall call) {
    if (!on()) {
      request.tenant = everyone;
      return everyone;
    }
    Tenant before = request.tenant;
    String name = before == null ? name(call) : before.name;
    Tenant tenant = known.get(name);
    if (tenant == null) {
      forgetIdle();
      tenant = before == null ? create(name) : before;
      known.put(name, tenant);
    }
    request.tenant = tenant;
    return tenant;
  }

  /** Returns the lane of a tenant. Tenants share no lane, so that each has turns of its own. */
  String lane(Tenant tenant, String lane) {
    return on() ? tenant.name + '\0' + lane : lane;
  }

  /** Records that a tenant has calls to make again, after a time in which it had none. */
  void resumed(Tenant tenant) {
    tenant.clock = Math.max(tenant.clock, clock);
  }

  /** Records that a call starts, so that the other tenants are next. */
  void started(Tenant tenant, Candidate request) {
    CompletionCall call = request.call();
    long tokens = call == null ? 0 : call.tokens().total();
    clock = Math.max(clock, tenant.clock);
    tenant.clock += Math.max(1, tokens) / tenant.weight;
    if (on()) {
      meters.tenantStarted(tenant.shown, tokens);
    }
  }

  /** Returns the number of tenants in memory. */
  int kept() {
    return known.size();
  }

  private Tenant create(String name) {
    String shownName = name.equals(NAMELESS) ? NAMELESS_SHOWN : shownAs.apply(name);
    if (shown.add(shownName)) {
      added.accept(shownName);
    }
    Tenant tenant = new Tenant(name, shownName, config.weight(name));
    tenant.clock = clock;
    return tenant;
  }

  private String name(CompletionCall call) {
    @Nullable String name =
        switch (config.by()) {
          case FairnessConfig.VIRTUAL_KEY -> call.scope().virtualKey();
          case FairnessConfig.USER -> call.request().getUser();
          default ->
              metadataOf
                  .apply(call)
                  .get(config.by().substring(FairnessConfig.METADATA_PREFIX.length()));
        };
    return name == null ? NAMELESS : name;
  }

  /**
   * Forgets tenants without requests whenever the number of tenants has doubled. Those that are
   * ahead of the clock lose nothing but what one call has put them back.
   */
  private void forgetIdle() {
    if (known.size() >= lookAt) {
      known.values().removeIf(Tenant::idle);
      lookAt = Math.max(FEW, 2 * known.size());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.async.chunk.ChunkStream.Chunks;
import io.completionworker.async.codec.CodecStage;
import io.completionworker.async.flight.Flight;
import io.completionworker.async.flight.Flights;
import io.completionworker.async.loop.Loop;
import io.completionworker.async.outbox.CallHistory.PoisonRule;
import io.completionworker.async.schedule.Classes;
import io.completionworker.async.schedule.Lanes;
import io.completionworker.async.spending.BudgetHolds;
import io.completionworker.async.spending.Spending;
import io.completionworker.async.tier.Tiers;
import io.completionworker.completion.port.Admission;
import io.completionworker.completion.port.RetryPolicy;
import io.completionworker.completion.port.TierOutlook;
import io.completionworker.config.CacheConfig;
import io.completionworker.config.PromptCacheConfig;
import io.completionworker.config.StreamConfig;
import io.completionworker.config.TierConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Controls;
import io.completionworker.metrics.Meters;
import java.util.List;
import java.util.function.Consumer;

/** What a {@link Dispatcher} is made of. */
public record DispatcherParts(Modules modules, Ports ports, Rules rules) {

  /**
   * The modules beside the dispatcher, and what others read, too.
   *
   * @param spending of an empty table of flights, which becomes the dispatcher's
   */
  public record Modules(
      Loop loop, CodecStage codec, Classes classes, Spending spending, Meters meters) {

    Flights flights() {
      return spending.flights();
    }
  }

  /**
   * What the dispatcher asks and calls.
   *
   * @param tiers what is known of service tiers
   * @param limits receives the limits of controls that hold, on the loop, whenever they have
   *     changed
   */
  public record Ports(
      Calls calls,
      Admission admission,
      RetryPolicy retries,
      TierOutlook tiers,
      PoisonRule deaths,
      Controls controls,
      Consumer<List<Control.Limit>> limits) {}

  /** How the dispatcher is configured. */
  public record Rules(
      StreamConfig stream, CacheConfig cache, PromptCacheConfig prompts, TierConfig tiers) {}

  /**
   * What the parts are made into, which the dispatcher's own classes share.
   *
   * @param holds the budgets that hold flights
   * @param tiers the service tiers that calls are in
   */
  record Stages(
      DispatcherParts parts, Lanes<Flight> lanes, Chunks chunks, BudgetHolds holds, Tiers tiers) {

    Modules modules() {
      return parts.modules();
    }

    Ports ports() {
      return parts.ports();
    }

    Spending spending() {
      return parts.modules().spending();
    }
  }

  /**
   * Makes the stages.
   *
   * @param moved see {@link Tiers}
   * @param resumed see {@link BudgetHolds}
   * @param allPaused see {@link BudgetHolds}
   */
  Stages stages(Consumer<Flight> moved, Consumer<Flight> resumed, Runnable allPaused) {
    Loop loop = modules.loop();
    Meters meters = modules.meters();
    Lanes<Flight> lanes = new Lanes<>(ports.admission(), modules.classes());
    return new Stages(
        this,
        lanes,
        new Chunks(loop, modules.codec(), rules.stream(), meters),
        new BudgetHolds(modules.spending(), resumed, allPaused),
        new Tiers(rules.tiers(), ports.tiers(), ports.retries(), lanes, loop, meters, moved));
  }
}

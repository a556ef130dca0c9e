// SPDX-License-Identifier: Apache-2.0
package io.completionworker;

import io.completionworker.async.dispatch.Spending;
import io.completionworker.config.WorkerSettings;
import io.completionworker.topology.CompletionTopology.Spend;
import io.completionworker.usage.SpendFormat;
import io.completionworker.usage.SpendSupplier;
import org.jspecify.annotations.Nullable;

/** Builds the part of the stream graph that adds up what budgets have spent. */
final class SpendGraph {

  private SpendGraph() {}

  /** Returns the part for one class of requests; null if there may be no budgets. */
  static @Nullable Spend of(WorkerSettings settings, Spending spending) {
    if (!spending.budgets().on()) {
      return null;
    }
    return new Spend(
        new SpendSupplier(settings.topics().requests(), settings.async(), spending),
        bytes -> SpendFormat.decode(bytes).ifPresent(spending::published));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.codec;

import io.completionworker.completion.ChosenTier.TierOrder;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord;
import io.completionworker.completion.port.RequestReader;
import io.completionworker.config.Glob;
import io.completionworker.config.TierConfig;
import io.completionworker.validation.Extra;
import java.util.List;
import java.util.Set;

/**
 * Puts each call into the first of the configured service tiers, unless its request names a tier
 * itself, {@code auto} and null included, or its model takes no part. Safe on every thread.
 */
public final class TieredReader implements RequestReader {

  private static final String FIELD = "service_tier";

  private final RequestReader reader;
  private final List<Glob> models;
  private final TierOrder order;

  /** Creates a reader that chooses the tier of the calls of another one. */
  public TieredReader(RequestReader reader, TierConfig config) {
    this.reader = reader;
    this.models = config.models().stream().map(Glob::new).toList();
    String header = config.header();
    this.order =
        new TierOrder(config.order(), header == null ? config.parameter() : header, header != null);
  }

  @Override
  public Reading read(SourceRecord source, boolean recovered) {
    return reader
        .read(source, recovered)
        .with(call -> takesPart(call) ? call.onTier(order.first()) : call);
  }

  private boolean takesPart(CompletionCall call) {
    String model = call.scope().model();
    if (call.request().getServiceTier() != null
        || models.stream().noneMatch(pattern -> pattern.matches(model))) {
      return false;
    }
    Extra extra = Extra.of(call.request().getExtraBody());
    Set<String> named = order.inHeader() ? call.wireHeaders().keySet() : extra.members().keySet();
    return !extra.members().containsKey(FIELD) && !named.contains(order.field());
  }
}

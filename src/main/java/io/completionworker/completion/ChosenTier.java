// SPDX-License-Identifier: Apache-2.0
package io.completionworker.completion;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The service tier that the worker has chosen for a call whose request names none.
 *
 * @param order the tiers that it is chosen from
 * @param index its place in the order, from 0
 */
public record ChosenTier(TierOrder order, int index) {

  /** Stands for the tier that a provider uses for calls that name none. */
  public static final String DEFAULT = "default";

  /** Returns the name in the configuration, in meters and in logs. */
  public String name() {
    return order.names().get(index);
  }

  /** Whether no other tier follows, so that this one has to serve the call. */
  public boolean isLast() {
    return index == order.names().size() - 1;
  }

  /** Returns the tier that follows. There is none after the last one. */
  public ChosenTier next() {
    return new ChosenTier(order, index + 1);
  }

  /** Returns what the call tells the endpoint; null if it names no tier. */
  public @Nullable String sent() {
    return name().equals(DEFAULT) ? null : name();
  }

  /** Returns the tier as it counts in limits and prices, see {@code CallScope.tier}. */
  @Nullable String counted() {
    String sent = sent();
    return sent == null ? null : sent.toLowerCase(Locale.ROOT);
  }

  /**
   * The service tiers that calls try, one after the other.
   *
   * @param names at least two, the cheapest first
   * @param field name of the member of the body, or of the header, that names the tier
   * @param inHeader whether it is a header
   */
  public record TierOrder(List<String> names, String field, boolean inHeader) {

    /** Copies the list. */
    public TierOrder {
      names = List.copyOf(names);
    }

    /** Returns the first tier. */
    public ChosenTier first() {
      return new ChosenTier(this, 0);
    }

    /** Returns the last tier. */
    public ChosenTier last() {
      return new ChosenTier(this, names.size() - 1);
    }
  }
}

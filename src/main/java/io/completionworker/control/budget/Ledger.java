// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What budgets have spent on all instances, by the sums of the source partitions. Those of
 * partitions that this instance works on are known before they are committed; those of others are
 * as new as the topic. Dispatcher's loop only.
 */
final class Ledger {

  /** Time after which the sums of a period are no longer needed, whatever the clocks say. */
  private static final long KEPT_MILLIS = Duration.ofDays(2).toMillis();

  /**
   * Time after which what others have reserved is no longer true, unless they repeat it. By the
   * clock of the reader, since clocks of instances may differ.
   */
  private static final long RESERVED_NANOS = Duration.ofMinutes(1).toNanos();

  private final String currency;
  private final String process;
  private final Map<String, Map<String, Sums>> budgets = new HashMap<>();

  /**
   * Creates a ledger without entries.
   *
   * @param currency of the entries that it takes
   * @param process random name of this process
   */
  Ledger(String currency, String process) {
    this.currency = currency;
    this.process = process;
  }

  /** The sums of one period. */
  private static final class Sums {
    private final long endMillis;
    private final Map<String, BigDecimal> published = new HashMap<>();
    private final Map<String, Own> own = new HashMap<>();
    private BigDecimal total = BigDecimal.ZERO;
    private final Map<String, Held> reserving = new HashMap<>();

    Sums(long endMillis) {
      this.endMillis = endMillis;
    }

    private BigDecimal of(String source) {
      BigDecimal topic = published.getOrDefault(source, BigDecimal.ZERO);
      Own known = own.get(source);
      return known == null ? topic : known.spent().max(topic);
    }

    void published(String source, BigDecimal spent) {
      BigDecimal before = of(source);
      published.put(source, spent);
      total = total.add(of(source)).subtract(before);
    }

    void own(String source, @Nullable Own spent) {
      BigDecimal before = of(source);
      if (spent == null) {
        own.remove(source);
      } else {
        own.put(source, spent);
      }
      total = total.add(of(source)).subtract(before);
    }
  }

  /** What another instance has reserved, and the monotonic time at which this was read here. */
  private record Held(BigDecimal amount, long readNanos) {}

  /** A sum of a task of this instance. */
  private record Own(Object task, BigDecimal spent) {}

  /** Takes an entry of the topic, read at this monotonic time. */
  void published(SpendEntry entry, long nowMillis, long nanos) {
    Sums sums = sums(entry, nowMillis);
    if (sums != null) {
      sums.published(entry.source(), entry.spent());
      if (entry.reserved().signum() == 0 || entry.holder().equals(process)) {
        sums.reserving.remove(entry.source());
      } else {
        sums.reserving.put(entry.source(), new Held(entry.reserved(), nanos));
      }
    }
  }

  /** Takes an entry that a task of this instance has written, and may not have committed yet. */
  void written(Object task, SpendEntry entry, long nowMillis) {
    Sums sums = sums(entry, nowMillis);
    if (sums != null) {
      sums.own(entry.source(), new Own(task, entry.spent()));
    }
  }

  /** Drops what a task has written: the topic has what was committed of it. */
  void closed(Object task) {
    for (Map<String, Sums> periods : budgets.values()) {
      for (Sums sums : periods.values()) {
        sums.own.entrySet().stream()
            .filter(entry -> entry.getValue().task() == task)
            .map(Map.Entry::getKey)
            .toList()
            .forEach(source -> sums.own(source, null));
      }
    }
  }

  /** Returns what a budget has spent in a period, as far as this instance knows. */
  BigDecimal spent(String budget, String period) {
    Sums sums = sums(budget, period);
    return sums == null ? BigDecimal.ZERO : sums.total;
  }

  /** Returns what other instances have reserved for open calls. */
  BigDecimal reservedByOthers(String budget, String period, long nanos) {
    Sums sums = sums(budget, period);
    return sums == null
        ? BigDecimal.ZERO
        : sums.reserving.values().stream()
            .filter(held -> nanos - held.readNanos() < RESERVED_NANOS)
            .map(Held::amount)
            .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private @Nullable Sums sums(String budget, String period) {
    Map<String, Sums> periods = budgets.get(budget);
    return periods == null ? null : periods.get(period);
  }

  /** Returns the sums that an entry belongs to; null if it is old or of another currency. */
  private @Nullable Sums sums(SpendEntry entry, long nowMillis) {
    long oldest = nowMillis - KEPT_MILLIS;
    if (!entry.currency().equals(currency) || entry.endMillis() < oldest) {
      return null;
    }
    Map<String, Sums> periods = budgets.computeIfAbsent(entry.budget(), name -> new HashMap<>());
    Sums known = periods.get(entry.period());
    if (known == null) {
      periods.values().removeIf(sums -> sums.endMillis < oldest);
      known = new Sums(entry.endMillis());
      periods.put(entry.period(), known);
    }
    return known;
  }
}

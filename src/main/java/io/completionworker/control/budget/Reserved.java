// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord.RecordPosition;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this instance has taken from budgets that is in no ledger yet: the greatest cost of open
 * calls, and the cost of ended ones whose rows are not forwarded. Dispatcher's loop only.
 */
final class Reserved {

  private final long recentNanos;
  private final IdentityHashMap<CompletionCall, Part> calls = new IdentityHashMap<>();
  private final Map<String, BigDecimal> open = new HashMap<>();
  private final Map<String, Map<String, BigDecimal>> openBySource = new HashMap<>();
  private final Map<String, Recent> recent = new HashMap<>();
  private final Map<RecordPosition, Queue<List<Charge>>> charges = new HashMap<>();

  /** The sum of the charges, by budget and period. */
  private final Map<Span, BigDecimal> uncounted = new HashMap<>();

  private record Part(String source, List<String> budgets, BigDecimal each) {}

  private record Span(String budget, String period) {}

  /**
   * @param recentNanos how long a call that has started counts as recent
   */
  Reserved(long recentNanos) {
    this.recentNanos = recentNanos;
  }

  /** What calls have reserved that started a short while ago, whether or not they have ended. */
  private static final class Recent {
    private final Queue<Start> starts = new ArrayDeque<>();
    private BigDecimal sum = BigDecimal.ZERO;

    BigDecimal since(long nanos) {
      for (Start oldest = starts.peek();
          oldest != null && oldest.nanos() - nanos < 0;
          oldest = starts.peek()) {
        sum = sum.subtract(oldest.amount());
        starts.remove();
      }
      return sum;
    }
  }

  private record Start(long nanos, BigDecimal amount) {}

  /** Reserves an amount of each of the budgets, for a call that starts now. */
  void reserve(CompletionCall call, List<String> budgets, BigDecimal each, long nowNanos) {
    release(call);
    if (budgets.isEmpty() || each.signum() == 0) {
      return;
    }
    String source = call.source().position().source();
    calls.put(call, new Part(source, budgets, each));
    for (String budget : budgets) {
      add(open, budget, each);
      add(openBySource.computeIfAbsent(source, name -> new HashMap<>()), budget, each);
      Recent started = recent.computeIfAbsent(budget, name -> new Recent());
      started.sum = started.since(nowNanos - recentNanos).add(each);
      started.starts.add(new Start(nowNanos, each));
    }
  }

  /** Gives back what is reserved for a call, if anything is. */
  void release(CompletionCall call) {
    Part part = calls.remove(call);
    if (part != null) {
      BigDecimal less = part.each().negate();
      Map<String, BigDecimal> ofSource = openBySource.getOrDefault(part.source(), Map.of());
      for (String budget : part.budgets()) {
        add(open, budget, less);
        add(ofSource, budget, less);
      }
      if (ofSource.isEmpty()) {
        openBySource.remove(part.source());
      }
    }
  }

  /** Adds charges of a request, until their emission is forwarded. */
  void await(RecordPosition position, List<Charge> added) {
    charges.computeIfAbsent(position, at -> new ArrayDeque<>(1)).add(added);
    added.forEach(charge -> add(uncounted, span(charge), charge.amount()));
  }

  /** Drops the charges of the oldest emission of a request, which are in the ledger now. */
  void counted(RecordPosition position) {
    Queue<List<Charge>> waiting = charges.get(position);
    if (waiting != null) {
      subtract(waiting.poll());
      if (waiting.isEmpty()) {
        charges.remove(position);
      }
    }
  }

  /** Drops all charges of a request. */
  void forget(RecordPosition position) {
    Queue<List<Charge>> waiting = charges.isEmpty() ? null : charges.remove(position);
    if (waiting != null) {
      waiting.forEach(this::subtract);
    }
  }

  /** Returns what is reserved of a budget for open calls. */
  BigDecimal open(String budget) {
    return open.getOrDefault(budget, BigDecimal.ZERO);
  }

  /** Returns what is reserved for the open calls of a source, by budget. */
  Map<String, BigDecimal> openOf(String source) {
    return Map.copyOf(openBySource.getOrDefault(source, Map.of()));
  }

  /** Returns the sources with open calls. */
  Set<String> sources() {
    return Set.copyOf(openBySource.keySet());
  }

  /** Returns what was reserved of a budget so lately that others may not know it. */
  BigDecimal recent(String budget, long nowNanos) {
    Recent started = recent.get(budget);
    return started == null ? BigDecimal.ZERO : started.since(nowNanos - recentNanos);
  }

  /** Returns what ended calls have taken from a budget in a period, and no ledger has. */
  BigDecimal uncounted(String budget, String period) {
    return uncounted.getOrDefault(new Span(budget, period), BigDecimal.ZERO);
  }

  private void subtract(@Nullable List<Charge> counted) {
    if (counted != null) {
      counted.forEach(charge -> add(uncounted, span(charge), charge.amount().negate()));
    }
  }

  private static Span span(Charge charge) {
    return new Span(charge.budget(), charge.period());
  }

  private static <K> void add(Map<K, BigDecimal> sums, K key, BigDecimal amount) {
    sums.merge(key, amount, (before, more) -> zeroAsNull(before.add(more)));
  }

  private static @Nullable BigDecimal zeroAsNull(BigDecimal sum) {
    return sum.signum() == 0 ? null : sum;
  }
}

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
import org.jspecify.annotations.Nullable;

/**
 * What this instance has taken from budgets that is in no ledger yet: the greatest cost of open
 * calls, and the cost of ended ones whose rows are not forwarded. Dispatcher's loop only.
 */
final class Reserved {

  private final Map<CompletionCall, Part> calls = new IdentityHashMap<>();
  private final Map<String, BigDecimal> open = new HashMap<>();
  private final Map<RecordPosition, Queue<List<Charge>>> charges = new HashMap<>();

  /** The sum of the charges, by budget and period. */
  private final Map<Span, BigDecimal> uncounted = new HashMap<>();

  private record Part(List<String> budgets, BigDecimal each) {}

  private record Span(String budget, String period) {}

  /** Reserves an amount of each of the budgets. */
  void reserve(CompletionCall call, List<String> budgets, BigDecimal each) {
    release(call);
    if (!budgets.isEmpty() && each.signum() > 0) {
      calls.put(call, new Part(budgets, each));
      budgets.forEach(budget -> add(open, budget, each));
    }
  }

  /** Gives back what is reserved for a call, if anything is. */
  void release(CompletionCall call) {
    Part part = calls.remove(call);
    if (part != null) {
      part.budgets().forEach(budget -> add(open, budget, part.each().negate()));
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

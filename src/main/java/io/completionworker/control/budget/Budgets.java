// SPDX-License-Identifier: Apache-2.0
package io.completionworker.control.budget;

import io.completionworker.avro.CompletionUsage;
import io.completionworker.completion.Charge;
import io.completionworker.completion.CompletionCall;
import io.completionworker.completion.SourceRecord.RecordPosition;
import io.completionworker.config.Budget;
import io.completionworker.config.BudgetConfig;
import io.completionworker.control.Control;
import io.completionworker.control.Controls.CallFacts;
import io.completionworker.control.Selector;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The budgets that hold, and whether they have the money for a call.
 *
 * <p>The greatest cost of a call is reserved before it starts, and other instances read that a
 * moment later. What it did cost replaces that when its usage row is encoded, and goes into the
 * ledger when the row is forwarded. Instances do not ask each other: what one takes before the
 * others know it is at most its share of what is left, or what one call needs.
 *
 * <p>Dispatcher's loop only, except {@link #share} and what says so.
 */
public final class Budgets {

  private final BudgetConfig config;
  private final Pricing pricing;
  private final LongSupplier millis;
  private final String process = UUID.randomUUID().toString();
  private final Account account;
  private volatile Map<String, Active> active = Map.of();
  private @Nullable Asked last;

  /**
   * Creates the budgets of the configuration, of which nothing is spent.
   *
   * @param millis wall clock, Unix time in milliseconds
   * @param nanos monotonic time, on any thread
   */
  public Budgets(BudgetConfig config, Pricing pricing, LongSupplier millis, LongSupplier nanos) {
    this.config = config;
    this.pricing = pricing;
    this.millis = millis;
    this.account =
        new Account(pricing.currency(), process, new Account.Clock(millis, nanos, pricing.known()));
    replace(List.of());
  }

  /** Returns no budgets, and there never are any. */
  public static Budgets none() {
    return new Budgets(BudgetConfig.NONE, Pricing.NONE, () -> 0, () -> 0);
  }

  /** A budget that holds. */
  private record Active(
      Budget budget, Selector.Matcher matcher, String selected, Control.@Nullable Origin origin) {}

  /** What was found out about a call. Null if the call has no price. */
  private record Asked(CompletionCall call, List<Active> counting, @Nullable BigDecimal need) {}

  /** Whether there may be budgets, so that what calls cost is added up. Any thread. */
  public boolean on() {
    return config.on();
  }

  /** Returns the currency of all amounts, ISO 4217; empty if there are no prices. Any thread. */
  public String currency() {
    return pricing.currency();
  }

  /** Returns the random name of this process in entries of the ledger. Any thread. */
  public String process() {
    return process;
  }

  /** Sets this instance's part of the partitions, from 0 to 1. Any thread. */
  public void share(double part) {
    account.share(part);
  }

  /** Replaces the budgets of controls. Of those with one name, the newest holds. */
  public void replace(List<Control.Allowance> controls) {
    Map<String, Active> next = new TreeMap<>();
    if (on()) {
      config.all().forEach(one -> next.put(one.name(), active(one, null)));
      controls.stream()
          .sorted(
              Comparator.comparing((Control.Allowance one) -> one.origin().createdAt())
                  .thenComparing(one -> one.origin().id()))
          .forEach(one -> next.put(one.budget().name(), active(one.budget(), one.origin())));
    }
    active = next;
    last = null;
  }

  /** Whether there is a budget of this name. Any thread. */
  public boolean holds(String name) {
    return active.containsKey(name);
  }

  private static Active active(Budget budget, Control.@Nullable Origin origin) {
    Selector selector = Selector.of(budget.scope());
    return new Active(budget, selector.matcher(Long.MAX_VALUE), selector.shown(), origin);
  }

  /** Returns the part of a lane's name that parts calls of different budgets. */
  public String lane(CompletionCall call) {
    if (active.isEmpty()) {
      return "";
    }
    StringBuilder names = new StringBuilder();
    counting(call).forEach(one -> names.append(" $").append(one.budget().name()));
    return names.toString();
  }

  /** Returns whether a call may start now. Takes nothing. */
  public Verdict check(CompletionCall call) {
    if (active.isEmpty()) {
      return Verdict.FITS;
    }
    Asked asked = asked(call);
    if (asked.counting().isEmpty()) {
      return Verdict.FITS;
    }
    BigDecimal need = asked.need();
    if (need == null) {
      return config.allowUnpriced() ? Verdict.FITS : unpriced(asked.counting().get(0), call);
    }
    return need.signum() == 0 ? Verdict.FITS : check(asked.counting(), need);
  }

  private Verdict check(List<Active> counting, BigDecimal need) {
    Verdict verdict = Verdict.FITS;
    for (Active one : counting) {
      Verdict next = account.check(one.budget(), need);
      if (next instanceof Verdict.Stops stops && stops.fails()) {
        return stops;
      }
      verdict = verdict instanceof Verdict.Stops || next == Verdict.FITS ? verdict : next;
    }
    return verdict;
  }

  private static Verdict unpriced(Active counting, CompletionCall call) {
    String why =
        "budget %s counts the request, and the price file has no price for it, model %s"
            .formatted(counting.budget().name(), call.scope().model());
    return new Verdict.Stops(counting.budget(), true, why, Long.MAX_VALUE);
  }

  /** Reserves what a call needs, which starts now. */
  public void started(CompletionCall call) {
    if (!active.isEmpty()) {
      Asked asked = asked(call);
      List<String> names = asked.counting().stream().map(one -> one.budget().name()).toList();
      account.reserve(call, names, orNothing(asked.need()));
    }
  }

  /** Gives back what was reserved for a call that has ended and costs nothing. */
  public void released(CompletionCall call) {
    account.reserved().release(call);
  }

  /**
   * Returns what the usage rows of a request take from budgets, in place of what was reserved. A
   * billable row without a cost takes what was expected.
   */
  public List<Charge> charge(CompletionCall call, Collection<CompletionUsage> rows) {
    account.reserved().release(call);
    List<Charge> charges = new ArrayList<>();
    if (!active.isEmpty() && !rows.isEmpty()) {
      Asked asked = asked(call);
      for (CompletionUsage row : rows) {
        if (row.getBillable()) {
          add(charges, asked, row.getCompletedAt().toEpochMilli(), row.getCost(), 1);
        }
      }
    }
    return counted(call, charges);
  }

  /** Returns what calls take from budgets that were open when their process ended. */
  public List<Charge> chargeInterrupted(CompletionCall call, int calls) {
    List<Charge> charges = new ArrayList<>();
    if (!active.isEmpty() && calls > 0) {
      add(charges, asked(call), millis.getAsLong(), null, calls);
    }
    return counted(call, charges);
  }

  private static void add(
      List<Charge> charges, Asked asked, long millis, @Nullable BigDecimal cost, int times) {
    BigDecimal each = cost == null ? orNothing(asked.need()) : cost;
    BigDecimal amount = each.multiply(BigDecimal.valueOf(times));
    if (amount.signum() > 0) {
      for (Active one : asked.counting()) {
        Budget.Span span = one.budget().span(millis);
        charges.add(new Charge(one.budget().name(), span.name(), span.endMillis(), amount));
      }
    }
  }

  private List<Charge> counted(CompletionCall call, List<Charge> charges) {
    if (!charges.isEmpty()) {
      account.reserved().await(call.source().position(), charges);
    }
    return charges;
  }

  /** Drops what a request has taken that is in no ledger: its outcome is committed, or lost. */
  public void gone(RecordPosition position) {
    account.reserved().forget(position);
  }

  /** Takes an entry of the topic, as another instance or this one has committed it. */
  public void published(SpendEntry entry) {
    account.published(entry);
  }

  /**
   * Takes what a task of this instance has added up.
   *
   * @param task identifies the task
   * @param positions requests whose charges are in the entries, one for each emission
   */
  public void written(Object task, List<SpendEntry> entries, List<RecordPosition> positions) {
    long now = millis.getAsLong();
    entries.forEach(entry -> account.ledger().written(task, entry, now));
    positions.forEach(account.reserved()::counted);
  }

  /** Drops what a task has written that is closed. */
  public void closed(Object task) {
    account.ledger().closed(task);
  }

  /** Returns what is reserved for open calls now, by their source. */
  public Map<String, List<Charge>> levels() {
    return account.levels(name -> Optional.ofNullable(active.get(name)).map(Active::budget));
  }

  /** Returns the state of all budgets that hold, by name. */
  public List<BudgetState> states() {
    return active.values().stream().map(this::state).toList();
  }

  /** Returns the state of a budget; empty if there is none of this name. */
  public Optional<BudgetState> state(String name) {
    return Optional.ofNullable(active.get(name)).map(this::state);
  }

  /**
   * Returns what a budget has for calls, whatever the open ones cost: {@link #check} stops a call
   * that needs more. Empty if there is no budget of this name.
   */
  public Optional<Unspent> unspent(String name) {
    return Optional.ofNullable(active.get(name)).map(one -> account.unspent(one.budget()));
  }

  /** What a budget has for calls in a period. Below 0 if it is overspent. */
  public record Unspent(String period, BigDecimal amount) {}

  private BudgetState state(Active one) {
    return account.state(one.budget(), one.selected(), one.origin());
  }

  @SuppressWarnings("ReferenceEquality") // to compare all of a call takes longer than to ask again
  private Asked asked(CompletionCall call) {
    Asked known = last;
    if (known == null || known.call() != call) {
      List<Active> counting = counting(call);
      known =
          new Asked(
              call, counting, counting.isEmpty() ? null : pricing.bound().apply(call).orElse(null));
      last = known;
    }
    return known;
  }

  private List<Active> counting(CompletionCall call) {
    CallFacts facts = new CallFacts(call, pricing.metadataOf());
    return active.values().stream().filter(one -> one.matcher().matches(facts)).toList();
  }

  private static BigDecimal orNothing(@Nullable BigDecimal amount) {
    return amount == null ? BigDecimal.ZERO : amount;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.Setting.Disturbances;
import io.completionworker.model.State.Instance;
import io.completionworker.model.State.Link;
import io.completionworker.model.State.StreamThread;
import io.completionworker.model.State.Transaction;
import io.completionworker.model.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules: which steps are possible at a moment, and what is after each. */
public final class RequestPath {

  private final Setting setting;
  private final Flights flights;
  private final Transactions transactions;

  /** The rules of this setting. */
  public RequestPath(Setting setting) {
    this.setting = setting;
    this.flights = new Flights(setting);
    this.transactions = new Transactions(setting, flights);
  }

  /**
   * A step and what is after it.
   *
   * @param broken the invariant that the step itself breaks, or null
   */
  public record Next(Step step, State state, @Nullable Invariant broken) {}

  /** Where all begins. */
  public State initial() {
    return State.initial(setting);
  }

  /** All steps that are possible now. */
  public List<Next> from(State state) {
    List<Next> next = new ArrayList<>();
    for (int thread = 0; thread < state.threads().size(); thread++) {
      transactionSteps(state, thread, next);
      linkSteps(state, thread, next);
      for (int partition = 0; partition < setting.partitionCount(); partition++) {
        partitionSteps(state, thread, partition, next);
      }
      for (int request = 0; request < setting.requests(); request++) {
        threadSteps(state, thread, request, next);
      }
    }
    for (int process = 0; process < state.processes().size(); process++) {
      if (state.left().crashes() > 0) {
        add(next, Kind.CRASH, process, 0, transactions.crash(state, process));
      }
      for (int request = 0; request < setting.requests(); request++) {
        flightSteps(state, process, request, next);
      }
    }
    return next;
  }

  private void transactionSteps(State state, int thread, List<Next> next) {
    StreamThread now = state.threads().get(thread);
    if (now.transaction().isEmpty()) {
      return;
    }
    if (now.link() == Link.LIVE || now.link() == Link.WOKEN) {
      add(next, Kind.COMMIT, thread, 0, transactions.commit(state, thread));
    }
    if (state.left().aborts() > 0 && now.link().trusted()) {
      add(next, Kind.ABORT, thread, 0, transactions.abort(state, thread));
    }
  }

  private void linkSteps(State state, int thread, List<Next> next) {
    StreamThread now = state.threads().get(thread);
    switch (now.link()) {
      case LIVE -> {
        if (state.left().stalls() > 0) {
          add(next, Kind.STALL, thread, 0, state.with(thread, now.with(Link.STALLED)));
        }
      }
      case STALLED -> {
        add(next, Kind.LAPSE, thread, 0, state.with(thread, now.with(Link.LAPSED)));
        add(next, Kind.RECOVER_LINK, thread, 0, state.with(thread, now.with(Link.LIVE)));
      }
      case LAPSED -> add(next, Kind.WAKE, thread, 0, state.with(thread, now.with(Link.WOKEN)));
      case WOKEN -> add(next, Kind.POLL, thread, 0, transactions.poll(state, thread));
    }
  }

  private void partitionSteps(State state, int thread, int partition, List<Next> next) {
    StreamThread now = state.threads().get(thread);
    int owner = state.owners().get(partition);
    boolean open = Bits.has(now.open(), partition);
    if (owner == State.NOBODY && !open && now.link() == Link.LIVE) {
      add(next, Kind.OPEN, thread, partition, transactions.open(state, thread, partition));
    }
    if (owner != thread || !open) {
      return;
    }
    if (state.left().revokes() > 0 && now.link() == Link.LIVE && !now.transaction().dead()) {
      add(next, Kind.REVOKE, thread, partition, transactions.revoke(state, thread, partition));
    }
    if (now.link() == Link.LAPSED) {
      add(next, Kind.TAKE_OVER, thread, partition, transactions.takeOver(state, thread, partition));
    }
  }

  private void threadSteps(State state, int thread, int request, List<Next> next) {
    StreamThread now = state.threads().get(thread);
    if (!Bits.has(now.open(), setting.partitions().get(request))) {
      return;
    }
    boolean trusted = now.link().trusted();
    if (now.link() != Link.LAPSED && isNext(now, request)) {
      add(next, Kind.READ, thread, request, read(state, thread, request));
    }
    if (setting.spillsLate() && state.left().spills() > 0 && trusted && isOpen(now, request)) {
      Transaction transaction = now.transaction();
      StreamThread spilled =
          now.withView(
                  now.position(), Bits.with(now.store(), request), Bits.with(now.marks(), request))
              .with(
                  new Transaction(
                      transaction.read(),
                      Bits.with(transaction.put(), request),
                      transaction.forwarded(),
                      transaction.dead()));
      add(next, Kind.SPILL, thread, request, state.with(thread, spilled));
    }
    boolean emits =
        trusted || (now.link() == Link.WOKEN && setting.has(Fault.EMITTED_BEFORE_THE_POLL));
    if (emits && Bits.has(now.outbox(), request)) {
      add(next, Kind.FORWARD, thread, request, forward(state, thread, request));
    }
  }

  /** Whether it is the next one that a thread reads of its partition. */
  private boolean isNext(StreamThread thread, int request) {
    int earlier =
        setting.requestsOf(Bits.of(setting.partitions().get(request))) & (Bits.of(request) - 1);
    return !Bits.has(thread.position(), request) && (earlier & ~thread.position()) == 0;
  }

  /** Whether it was read, and is neither done nor in the store. */
  private static boolean isOpen(StreamThread thread, int request) {
    return Bits.has(thread.position() & ~thread.marks() & ~thread.store(), request);
  }

  private State read(State state, int thread, int request) {
    StreamThread now = state.threads().get(thread);
    Transaction before = now.transaction();
    boolean known = setting.spillsLate() && Bits.has(now.marks(), request);
    boolean stores = !setting.spillsLate();
    Transaction transaction =
        new Transaction(
            Bits.with(before.read(), request),
            stores ? Bits.with(before.put(), request) : before.put(),
            before.forwarded(),
            before.dead());
    StreamThread after =
        now.withView(
                Bits.with(now.position(), request),
                stores ? Bits.with(now.store(), request) : now.store(),
                now.marks())
            .with(transaction);
    State next = state.with(thread, after);
    return known ? next : flights.enter(next, thread, request);
  }

  private State forward(State state, int thread, int request) {
    StreamThread now = state.threads().get(thread);
    State taken = state.with(thread, now.withOutbox(Bits.without(now.outbox(), request)));
    boolean pending =
        Bits.has(now.store(), request) || (setting.spillsLate() && isOpen(now, request));
    if (!pending && !setting.has(Fault.EMITTED_WITHOUT_LOOKING)) {
      return flights.dropped(taken, thread, request);
    }
    Transaction before = now.transaction();
    Transaction transaction =
        new Transaction(
            before.read(), before.put(), Bits.with(before.forwarded(), request), before.dead());
    StreamThread after =
        taken
            .threads()
            .get(thread)
            .withView(
                now.position(),
                Bits.without(now.store(), request),
                setting.spillsLate() ? Bits.with(now.marks(), request) : 0)
            .with(transaction);
    State next = taken.with(thread, after);
    if (setting.has(Fault.DELETED_OUTSIDE)) {
      State.Ledger ledger = next.ledger();
      next =
          next.with(
              new State.Ledger(
                  ledger.below(),
                  Bits.without(ledger.stored(), request),
                  ledger.marked(),
                  ledger.ended(),
                  ledger.twice()));
    }
    return setting.has(Fault.FORGOTTEN_AT_FORWARD)
        ? flights.forget(next, thread, Bits.of(request))
        : next;
  }

  private void flightSteps(State state, int process, int request, List<Next> next) {
    Instance now = state.processes().get(process);
    if (Bits.has(now.waiting(), request)) {
      call(state, process, request, next);
    } else if (Bits.has(now.running(), request)) {
      add(next, Kind.ANSWER, process, request, flights.answer(state, process, request));
    } else if (Bits.has(now.answered(), request)) {
      add(next, Kind.OFFER, process, request, flights.land(state, process, request));
    } else if (Bits.has(now.landed(), request)) {
      Disturbances left = state.left();
      State offered = flights.offer(state, process, request);
      if (left.offers() > 0 && !offered.equals(state)) {
        add(next, Kind.OFFER_AGAIN, process, request, offered);
      }
      if (flights.isElsewhere(state, process, request)) {
        State given = state.with(process, now.givesUp(Bits.of(request)));
        add(next, Kind.EXPIRE, process, request, given);
      }
    }
  }

  private void call(State state, int process, int request, List<Next> next) {
    Instance now = state.processes().get(process);
    int thread = flights.owner(state, process, request);
    if (thread == State.NOBODY) {
      return;
    }
    boolean leased = state.threads().get(thread).link().trusted();
    if (!leased && !setting.has(Fault.LEASE_BY_THREAD)) {
      return;
    }
    Invariant broken = null;
    if (!leased) {
      broken = Invariant.LEASED;
    } else if (Bits.has(now.bought(), request)) {
      broken = Invariant.NOT_BOUGHT_AGAIN;
    } else if (Bits.has(now.called() | state.ledger().ended(), request)) {
      broken = Invariant.CALLS_BOUNDED;
    }
    State called = state.with(process, now.calls(request));
    next.add(new Next(new Step(Kind.CALL, process, request), called, broken));
  }

  private static void add(List<Next> next, Kind kind, int who, int what, State after) {
    next.add(new Next(new Step(kind, who, what), after.less(kind), null));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.State.Instance;
import io.completionworker.model.State.Ledger;
import io.completionworker.model.State.Link;
import io.completionworker.model.State.StreamThread;
import io.completionworker.model.State.Transaction;

/** What becomes of tasks and transactions: how tasks start and go, what a commit makes visible. */
final class Transactions {

  private final Setting setting;
  private final Flights flights;

  Transactions(Setting setting, Flights flights) {
    this.setting = setting;
    this.flights = flights;
  }

  /** A task starts from what is committed, and takes over what its process still has. */
  State open(State state, int thread, int partition) {
    Ledger ledger = state.ledger();
    int requests = setting.requestsOf(Bits.of(partition));
    StreamThread before = state.threads().get(thread);
    int marks = setting.has(Fault.MARKS_NOT_RECOVERED) ? 0 : ledger.marked();
    int done = setting.spillsLate() ? (marks | ledger.below()) & requests : 0;
    StreamThread opened =
        before
            .opened(partition)
            .withView(
                before.position() | (ledger.below() & requests),
                before.store() | (ledger.stored() & requests),
                before.marks() | done);
    State next = state.owned(partition, thread).with(thread, opened);
    next = flights.giveUp(next, thread, requests & ledger.ended());
    int stored = setting.has(Fault.STORE_NOT_RECOVERED) ? 0 : ledger.stored() & requests;
    for (int request = 0; request < setting.requests(); request++) {
      if (Bits.has(stored, request)) {
        next = flights.enter(next, thread, request);
      }
    }
    return next;
  }

  /** Commits, unless the brokers refuse it: then it is an abort. */
  State commit(State state, int thread) {
    StreamThread committing = state.threads().get(thread);
    int lost = lost(state, thread);
    int before = state.ledger().below() & setting.requestsOf(committing.open());
    int below = below(state, committing);
    boolean offsets =
        committing.transaction().read() != 0 || (setting.spillsLate() && below != before);
    if (committing.transaction().dead() || (lost != 0 && offsets)) {
      return abort(state, thread);
    }
    Transaction transaction = committing.transaction();
    State next = state.with(committed(state.ledger(), committing, offsets ? below : before));
    int late = setting.has(Fault.STORED_TOO_LATE) ? transaction.put() : 0;
    Transaction empty = new Transaction(0, late, 0, false);
    next = next.with(thread, committing.with(late == 0 ? Transaction.EMPTY : empty));
    return flights.committed(next, thread, transaction.forwarded());
  }

  private Ledger committed(Ledger before, StreamThread committing, int below) {
    Transaction transaction = committing.transaction();
    int forwarded = transaction.forwarded();
    int open = setting.requestsOf(committing.open());
    boolean late = setting.has(Fault.STORED_TOO_LATE) && transaction.read() != 0;
    int put = late ? 0 : transaction.put();
    int nowBelow = (before.below() & ~open) | below;
    int marks = committing.marks() & ~(setting.has(Fault.MARKED_TOO_LATE) ? forwarded : 0);
    return new Ledger(
        nowBelow,
        (before.stored() | put) & ~forwarded,
        ((before.marked() & ~open) | marks) & ~nowBelow,
        before.ended() | forwarded,
        before.twice() | (before.ended() & forwarded));
  }

  /** What is below the offset that is committed next, of the partitions of this thread. */
  private int below(State state, StreamThread thread) {
    int position = thread.position();
    if (!setting.spillsLate() || setting.has(Fault.OFFSET_NOT_LOWERED)) {
      return position;
    }
    int below = 0;
    for (int partition = 0; partition < setting.partitionCount(); partition++) {
      int requests = setting.requestsOf(thread.open() & Bits.of(partition));
      int open = requests & ~(thread.marks() | state.ledger().below());
      int oldest = open & -open;
      below |= requests & position & (oldest == 0 ? -1 : oldest - 1);
    }
    return below;
  }

  /** All tasks of a thread go, and nothing of their transaction stays. */
  State abort(State state, int thread) {
    StreamThread aborted = state.threads().get(thread);
    State next = state;
    if (setting.has(Fault.FORGOTTEN_AT_ABORT)) {
      next = flights.forget(next, thread, aborted.transaction().forwarded());
    }
    for (int partition = 0; partition < setting.partitionCount(); partition++) {
      if (Bits.has(aborted.open(), partition)) {
        next = closed(next, thread, partition);
      }
    }
    int outbox = setting.has(Fault.QUEUE_KEPT_AT_ABORT) ? aborted.outbox() : 0;
    return next.with(thread, StreamThread.IDLE.withOutbox(outbox));
  }

  /** Commits, then gives a partition away. */
  State revoke(State state, int thread, int partition) {
    State next =
        state.threads().get(thread).transaction().isEmpty() ? state : commit(state, thread);
    return closed(next, thread, partition);
  }

  private State closed(State state, int thread, int partition) {
    int requests = setting.requestsOf(Bits.of(partition));
    State next = flights.leave(state, thread, partition);
    next = next.with(thread, next.threads().get(thread).closed(partition, requests));
    return next.owners().get(partition) == thread ? next.owned(partition, State.NOBODY) : next;
  }

  /** The group thinks that a thread is gone; its transaction has timed out. */
  State takeOver(State state, int thread, int partition) {
    StreamThread lost = state.threads().get(thread);
    Transaction open = lost.transaction();
    Transaction timedOut =
        open.isEmpty() ? open : new Transaction(open.read(), open.put(), open.forwarded(), true);
    return state.owned(partition, State.NOBODY).with(thread, lost.with(timedOut));
  }

  /** A thread that has woken learns what it has lost. */
  State poll(State state, int thread) {
    return lost(state, thread) == 0
        ? state.with(thread, state.threads().get(thread).with(Link.LIVE))
        : abort(state, thread);
  }

  State crash(State state, int process) {
    State next = state.with(process, Instance.IDLE);
    for (int thread = 0; thread < state.threads().size(); thread++) {
      if (setting.processes().get(thread) == process) {
        next = next.with(thread, StreamThread.IDLE);
        for (int partition = 0; partition < setting.partitionCount(); partition++) {
          if (next.owners().get(partition) == thread) {
            next = next.owned(partition, State.NOBODY);
          }
        }
      }
    }
    return next;
  }

  /** Partitions that a thread still works on and that the group has taken from it. */
  private int lost(State state, int thread) {
    int lost = 0;
    for (int partition = 0; partition < setting.partitionCount(); partition++) {
      boolean open = Bits.has(state.threads().get(thread).open(), partition);
      if (open && state.owners().get(partition) != thread) {
        lost = Bits.with(lost, partition);
      }
    }
    return lost;
  }
}

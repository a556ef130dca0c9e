// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.State.Instance;
import io.completionworker.model.State.StreamThread;

/** What a process has on its way: how flights begin, come back to a task, and end. */
final class Flights {

  private final Setting setting;

  Flights(Setting setting) {
    this.setting = setting;
  }

  /**
   * A task has a request that it wants the outcome of: it adopts the flight that there is, or one
   * begins.
   */
  State enter(State state, int thread, int request) {
    int number = setting.processes().get(thread);
    Instance process = state.processes().get(number);
    boolean mistaken = setting.has(Fault.ADOPTED_BY_OFFSET) && hasTwin(process, request);
    if (mistaken || owner(state, number, request) != thread) {
      return state;
    }
    if (Bits.has(process.landed(), request)) {
      return offered(state, thread, request);
    }
    return Bits.has(process.running() | process.answered(), request)
        ? state
        : state.with(number, process.withWaiting(Bits.with(process.waiting(), request)));
  }

  private boolean hasTwin(Instance process, int request) {
    for (int other = 0; other < setting.requests(); other++) {
      if (other != request
          && setting.offset(other) == setting.offset(request)
          && Bits.has(process.flights(), other)) {
        return true;
      }
    }
    return false;
  }

  /** An answer has come. Where nobody has the request, it is encoded at once, unseen. */
  State answer(State state, int number, int request) {
    State next = state.with(number, state.processes().get(number).answers(request));
    return owner(state, number, request) == State.NOBODY ? land(next, number, request) : next;
  }

  /** The outcome is encoded: it goes into the queue of its task, if that has the request. */
  State land(State state, int number, int request) {
    State next = state.with(number, state.processes().get(number).lands(request));
    return offer(next, number, request);
  }

  State offer(State state, int number, int request) {
    int thread = owner(state, number, request);
    if (thread == State.NOBODY) {
      return state;
    }
    StreamThread owner = state.threads().get(thread);
    boolean wanted = Bits.has(owner.position() | owner.store(), request);
    return wanted ? offered(state, thread, request) : state;
  }

  private static State offered(State state, int thread, int request) {
    StreamThread owner = state.threads().get(thread);
    return state.with(thread, owner.withOutbox(Bits.with(owner.outbox(), request)));
  }

  /** The thread of this process whose task has the request; nobody if there is none. */
  int owner(State state, int process, int request) {
    int partition = setting.partitions().get(request);
    int found = State.NOBODY;
    for (int thread = 0; thread < state.threads().size(); thread++) {
      if (setting.processes().get(thread) == process
          && Bits.has(state.threads().get(thread).open(), partition)
          && (found == State.NOBODY || state.owners().get(partition) == thread)) {
        found = thread;
      }
    }
    return found;
  }

  /** Outcomes are committed that this thread has forwarded. */
  State committed(State state, int thread, int forwarded) {
    State next = state;
    for (int process = 0; process < state.processes().size(); process++) {
      next = next.with(process, next.processes().get(process).settles(forwarded));
      next = giveUpUnowned(next, process, forwarded);
    }
    int ended = forwarded;
    if (setting.has(Fault.FORGOTTEN_AT_ANOTHERS_COMMIT)) {
      for (StreamThread other : state.threads()) {
        ended |= other.transaction().forwarded();
      }
    }
    return forget(next, thread, ended);
  }

  /** Nothing comes of a flight that nobody adopts and that others have ended. */
  private State giveUpUnowned(State state, int process, int requests) {
    int unowned = 0;
    for (int request = 0; request < setting.requests(); request++) {
      if (Bits.has(requests, request) && owner(state, process, request) == State.NOBODY) {
        unowned = Bits.with(unowned, request);
      }
    }
    return state.with(process, state.processes().get(process).givesUp(unowned));
  }

  State forget(State state, int thread, int requests) {
    int process = setting.processes().get(thread);
    return state.with(process, state.processes().get(process).forgets(requests));
  }

  /** An outcome was dropped: its flight ends, unless the outcome is in an open transaction. */
  State dropped(State state, int thread, int request) {
    int process = setting.processes().get(thread);
    boolean uncommitted = false;
    for (int other = 0; other < state.threads().size(); other++) {
      uncommitted |=
          setting.processes().get(other) == process
              && Bits.has(state.threads().get(other).transaction().forwarded(), request);
    }
    return uncommitted && !setting.has(Fault.FORGOTTEN_WITH_A_COPY)
        ? state
        : forget(state, thread, Bits.of(request));
  }

  /** A task goes: what waits for a call goes with it, the rest goes on. */
  State leave(State state, int thread, int partition) {
    int number = setting.processes().get(thread);
    Instance process = state.processes().get(number);
    int requests = setting.requestsOf(Bits.of(partition));
    for (int request = 0; request < setting.requests(); request++) {
      if (Bits.has(requests, request) && owner(state, number, request) != thread) {
        return state; // a thread that has taken the partition over has taken these over, too
      }
    }
    return state.with(number, process.withWaiting(process.waiting() & ~requests));
  }

  State giveUp(State state, int thread, int requests) {
    int process = setting.processes().get(thread);
    return state.with(process, state.processes().get(process).givesUp(requests));
  }

  /** Whether the partition of this request is open, but in other processes only. */
  boolean isElsewhere(State state, int process, int request) {
    boolean open = false;
    for (int other = 0; other < state.processes().size(); other++) {
      open |= owner(state, other, request) != State.NOBODY;
    }
    return open && owner(state, process, request) == State.NOBODY;
  }
}

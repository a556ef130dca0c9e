// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.Setting.Disturbances;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * All there is at one moment.
 *
 * @param owners of each partition the stream thread that the group has given it to, or {@link
 *     #NOBODY}
 * @param left disturbances that may still come
 */
public record State(
    Ledger ledger,
    List<StreamThread> threads,
    List<Instance> processes,
    List<Integer> owners,
    Disturbances left) {

  static final int NOBODY = -1;

  /**
   * What is committed, as sets of requests.
   *
   * @param below those below the committed offset
   * @param stored those in the store
   * @param marked those that are marked as done, at or above the committed offset
   * @param ended those with an outcome
   * @param twice those with more than one
   */
  public record Ledger(int below, int stored, int marked, int ended, int twice) {

    static final Ledger EMPTY = new Ledger(0, 0, 0, 0, 0);
  }

  /** How the commits of a stream thread go. */
  enum Link {
    LIVE,
    /** None returns. */
    STALLED,
    /** None has returned for longer than a lease lasts. */
    LAPSED,
    /** They return again after that, but the thread has not polled yet. */
    WOKEN;

    /** Whether it may emit and have requests called. */
    boolean trusted() {
      return this == LIVE || this == STALLED;
    }
  }

  /**
   * A stream thread with its tasks and its open transaction.
   *
   * @param open partitions whose tasks are initialized
   * @param position requests that are behind its position
   * @param store its store, with what its transaction has changed
   * @param marks its marks, likewise
   * @param outbox outcomes in the queues of its tasks
   */
  record StreamThread(
      int open,
      int position,
      int store,
      int marks,
      int outbox,
      Transaction transaction,
      Link link) {

    static final StreamThread IDLE = new StreamThread(0, 0, 0, 0, 0, Transaction.EMPTY, Link.LIVE);

    StreamThread with(Link next) {
      return new StreamThread(open, position, store, marks, outbox, transaction, next);
    }

    StreamThread with(Transaction next) {
      return new StreamThread(open, position, store, marks, outbox, next, link);
    }

    StreamThread withView(int nextPosition, int nextStore, int nextMarks) {
      return new StreamThread(open, nextPosition, nextStore, nextMarks, outbox, transaction, link);
    }

    StreamThread withOutbox(int next) {
      return new StreamThread(open, position, store, marks, next, transaction, link);
    }

    StreamThread opened(int partition) {
      return new StreamThread(
          Bits.with(open, partition), position, store, marks, outbox, transaction, link);
    }

    /** Without a task and its requests; its transaction is that of the others. */
    StreamThread closed(int partition, int requests) {
      return new StreamThread(
          Bits.without(open, partition),
          position & ~requests,
          store & ~requests,
          marks & ~requests,
          outbox & ~requests,
          transaction,
          link);
    }
  }

  /**
   * A transaction, as what it would commit.
   *
   * @param read requests taken from their topic
   * @param put requests put into the store
   * @param forwarded requests whose outcome is in it
   * @param dead whether the brokers have aborted it, which the thread does not know yet
   */
  record Transaction(int read, int put, int forwarded, boolean dead) {

    static final Transaction EMPTY = new Transaction(0, 0, 0, false);

    boolean isEmpty() {
      return (read | put | forwarded) == 0;
    }
  }

  /**
   * The flights of a process, each in one of the first four sets.
   *
   * @param waiting requests that may be called
   * @param running with an open call
   * @param answered with an answer that is not encoded yet
   * @param landed with an encoded outcome that is not committed yet
   * @param called what this process has called, without what has a committed outcome
   * @param bought what it has an answer to, likewise
   */
  record Instance(int waiting, int running, int answered, int landed, int called, int bought) {

    static final Instance IDLE = new Instance(0, 0, 0, 0, 0, 0);

    int flights() {
      return waiting | running | answered | landed;
    }

    Instance withWaiting(int next) {
      return new Instance(next, running, answered, landed, called, bought);
    }

    Instance calls(int request) {
      return new Instance(
          Bits.without(waiting, request),
          Bits.with(running, request),
          answered,
          landed,
          Bits.with(called, request),
          bought);
    }

    Instance answers(int request) {
      return new Instance(
          waiting,
          Bits.without(running, request),
          Bits.with(answered, request),
          landed,
          called,
          Bits.with(bought, request));
    }

    Instance lands(int request) {
      return new Instance(
          waiting,
          running,
          Bits.without(answered, request),
          Bits.with(landed, request),
          called,
          bought);
    }

    /** Ends the flights of outcomes. */
    Instance forgets(int requests) {
      return new Instance(waiting, running, answered, landed & ~requests, called, bought);
    }

    /** These have a committed outcome. */
    Instance settles(int requests) {
      return new Instance(
          waiting, running, answered, landed, called & ~requests, bought & ~requests);
    }

    /** Ends flights for good: what they have cost is none of this process's business any more. */
    Instance givesUp(int requests) {
      return new Instance(
          waiting & ~requests,
          running & ~requests,
          answered & ~requests,
          landed & ~requests,
          called & ~requests,
          bought & ~requests);
    }
  }

  /** Nothing read; the first thread has the first partition, the last thread all others. */
  static State initial(Setting setting) {
    int threads = setting.processes().size();
    List<StreamThread> idle = new ArrayList<>(Collections.nCopies(threads, StreamThread.IDLE));
    List<Integer> owners = new ArrayList<>();
    for (int partition = 0; partition < setting.partitionCount(); partition++) {
      int owner = partition == 0 ? 0 : threads - 1;
      owners.add(owner);
      idle.set(owner, idle.get(owner).opened(partition));
    }
    int processes = 1 + setting.processes().get(threads - 1);
    return new State(
        Ledger.EMPTY,
        List.copyOf(idle),
        Collections.nCopies(processes, Instance.IDLE),
        List.copyOf(owners),
        setting.disturbances());
  }

  State with(Ledger next) {
    return new State(next, threads, processes, owners, left);
  }

  State with(int thread, StreamThread next) {
    return new State(ledger, replaced(threads, thread, next), processes, owners, left);
  }

  State with(int process, Instance next) {
    return new State(ledger, threads, replaced(processes, process, next), owners, left);
  }

  State owned(int partition, int owner) {
    return new State(ledger, threads, processes, replaced(owners, partition, owner), left);
  }

  State less(Step.Kind kind) {
    Disturbances less = left.less(kind);
    return less.equals(left) ? this : new State(ledger, threads, processes, owners, less);
  }

  private static <T> List<T> replaced(List<T> list, int index, T value) {
    List<T> copy = new ArrayList<>(list);
    copy.set(index, value);
    return List.copyOf(copy);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.model;

import io.completionworker.model.Setting.Disturbances;
import io.completionworker.model.State.Instance;
import io.completionworker.model.State.Ledger;
import io.completionworker.model.State.Link;
import io.completionworker.model.State.StreamThread;
import io.completionworker.model.State.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * States with a number for each, from 0 in the order in which they were added. They are kept as two
 * words each, since they are many, and what they are made of are sets of a few requests.
 */
final class StateTable {

  /** Of how often a disturbance may still happen, and of an owner plus one. */
  private static final int BITS_OF_COUNT = 2;

  private static final List<Link> LINKS = List.of(Link.values());

  private final int requests;
  private final int partitions;
  private final int threads;
  private final int processes;
  private final Words words = new Words();
  private long[] low = new long[1_024];
  private long[] high = new long[1_024];

  /** Numbers plus one, by hash; half of it is empty at least. */
  private int[] places = new int[4_096];

  private int size;

  StateTable(Setting setting) {
    requests = setting.requests();
    partitions = setting.partitionCount();
    threads = setting.processes().size();
    processes = 1 + setting.processes().get(threads - 1);
  }

  int size() {
    return size;
  }

  /** The number of a state, which is added if it is new: then that is what the size was before. */
  int number(State state) {
    words.clear();
    write(state);
    int place = place(words.low, words.high);
    if (places[place] != 0) {
      return places[place] - 1;
    }
    if (size == low.length) {
      low = Arrays.copyOf(low, 2 * size);
      high = Arrays.copyOf(high, 2 * size);
    }
    low[size] = words.low;
    high[size] = words.high;
    places[place] = ++size;
    if (2 * size > places.length) {
      spread();
    }
    return size - 1;
  }

  private void spread() {
    places = new int[2 * places.length];
    for (int number = 0; number < size; number++) {
      places[place(low[number], high[number])] = number + 1;
    }
  }

  /** Where these words are, or would be. */
  private int place(long lowWord, long highWord) {
    long hash = (lowWord * 0x9E3779B97F4A7C15L) ^ (highWord * 0xC2B2AE3D27D4EB4FL);
    int place = (int) (hash >>> Integer.SIZE) & (places.length - 1);
    while (places[place] != 0
        && (low[places[place] - 1] != lowWord || high[places[place] - 1] != highWord)) {
      place = (place + 1) & (places.length - 1);
    }
    return place;
  }

  /** The state with this number. */
  State get(int number) {
    words.set(low[number], high[number]);
    Ledger ledger = new Ledger(set(), set(), set(), set(), set());
    List<StreamThread> ofThreads = new ArrayList<>(threads);
    for (int thread = 0; thread < threads; thread++) {
      ofThreads.add(
          new StreamThread(
              words.take(partitions),
              set(),
              set(),
              set(),
              set(),
              new Transaction(set(), set(), set(), words.take(1) == 1),
              LINKS.get(words.take(BITS_OF_COUNT))));
    }
    List<Instance> ofProcesses = new ArrayList<>(processes);
    for (int process = 0; process < processes; process++) {
      ofProcesses.add(new Instance(set(), set(), set(), set(), set(), set()));
    }
    List<Integer> owners = new ArrayList<>(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      owners.add(words.take(BITS_OF_COUNT) - 1);
    }
    return new State(
        ledger,
        List.copyOf(ofThreads),
        List.copyOf(ofProcesses),
        List.copyOf(owners),
        new Disturbances(count(), count(), count(), count(), count(), count()));
  }

  private int set() {
    return words.take(requests);
  }

  private int count() {
    return words.take(BITS_OF_COUNT);
  }

  private void write(State state) {
    Ledger ledger = state.ledger();
    sets(ledger.below(), ledger.stored(), ledger.marked(), ledger.ended(), ledger.twice());
    for (StreamThread thread : state.threads()) {
      words.put(thread.open(), partitions);
      sets(thread.position(), thread.store(), thread.marks(), thread.outbox());
      Transaction transaction = thread.transaction();
      sets(transaction.read(), transaction.put(), transaction.forwarded());
      words.put(transaction.dead() ? 1 : 0, 1);
      words.put(LINKS.indexOf(thread.link()), BITS_OF_COUNT);
    }
    for (Instance process : state.processes()) {
      sets(process.waiting(), process.running(), process.answered(), process.landed());
      sets(process.called(), process.bought());
    }
    for (int owner : state.owners()) {
      words.put(owner + 1, BITS_OF_COUNT);
    }
    Disturbances left = state.left();
    counts(left.crashes(), left.aborts(), left.revokes());
    counts(left.stalls(), left.offers(), left.spills());
  }

  private void sets(int... sets) {
    for (int set : sets) {
      words.put(set, requests);
    }
  }

  private void counts(int... counts) {
    for (int count : counts) {
      words.put(count, BITS_OF_COUNT);
    }
  }

  /** Small numbers one behind the other in two words. */
  private static final class Words {

    private long low;
    private long high;
    private int at;

    void clear() {
      set(0, 0);
    }

    void set(long lowWord, long highWord) {
      low = lowWord;
      high = highWord;
      at = 0;
    }

    void put(int value, int bits) {
      if (value >>> bits != 0 || at + bits > 2 * Long.SIZE) {
        throw new IllegalArgumentException("the setting is too large for two words a state");
      }
      if (at < Long.SIZE) {
        low |= (long) value << at;
        if (at + bits > Long.SIZE) {
          high |= (long) value >>> (Long.SIZE - at);
        }
      } else {
        high |= (long) value << (at - Long.SIZE);
      }
      at += bits;
    }

    int take(int bits) {
      long value;
      if (at >= Long.SIZE) {
        value = high >>> (at - Long.SIZE);
      } else if (at + bits > Long.SIZE) {
        value = low >>> at | high << (Long.SIZE - at);
      } else {
        value = low >>> at;
      }
      at += bits;
      return (int) (value & ((1L << bits) - 1));
    }
  }
}

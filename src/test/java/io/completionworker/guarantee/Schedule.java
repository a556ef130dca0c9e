// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a seed says: the conditions of a run, and its faults in rounds. A round has its faults once
 * each, in an order of its own, and every weather at least once.
 */
final class Schedule implements Iterator<List<Step>> {

  private static final int MOST_OUTCOMES = 80;
  private static final int SOME_OF_NETWORK = 3;

  private final Random dice;
  private final List<Fault> always;
  private final int ofNetwork;
  private final Map<String, String> conditions;
  private int steps;

  private Schedule(long seed, List<Fault> always, int ofNetwork) {
    this.always = always;
    this.ofNetwork = ofNetwork;
    dice = new Random(seed);
    conditions =
        Map.of(
            "async.ordering", dice.nextBoolean() ? "key" : "unordered",
            "async.store", dice.nextBoolean() ? "rocksdb" : "memory",
            "kafka.group.protocol", dice.nextInt(3) == 0 ? "streams" : "classic");
  }

  /** Of instances and of what they need. */
  static Schedule ofInstances(long seed) {
    return new Schedule(seed, Fault.ofInstances(), 0);
  }

  /** Of brokers and controllers; a round has some of the network's, too. */
  static Schedule ofBrokers(long seed) {
    return new Schedule(seed, Fault.ofBrokers(), SOME_OF_NETWORK);
  }

  /** Of those that end no process: of the network, and of transactions. */
  static Schedule ofNetwork(long seed) {
    return new Schedule(seed, List.of(Fault.PRODUCERS_FENCED), Fault.ofNetwork().size());
  }

  /** Settings of all instances. */
  Map<String, String> conditions() {
    return conditions;
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public List<Step> next() {
    List<Fault> faults = new ArrayList<>(always);
    faults.addAll(shuffled(Fault.ofNetwork()).subList(0, ofNetwork));
    Iterator<Weather> weathers = List.<Weather>of().iterator();
    List<Step> round = new ArrayList<>();
    for (Fault fault : shuffled(faults)) {
      if (!weathers.hasNext()) {
        weathers = shuffled(List.of(Weather.values())).iterator();
      }
      round.add(step(fault, weathers.next()));
    }
    return round;
  }

  private Step step(Fault fault, Weather weather) {
    return new Step(
        ++steps,
        fault,
        weather,
        dice.nextInt(6),
        20 + dice.nextInt(MOST_OUTCOMES - 20),
        dice.nextBoolean());
  }

  private <T> List<T> shuffled(List<T> all) {
    List<T> list = new ArrayList<>(all);
    Collections.shuffle(list, dice);
    return list;
  }
}

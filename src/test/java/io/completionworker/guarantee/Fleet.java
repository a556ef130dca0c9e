// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.it.Stand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The instances that run. The run's thread. */
final class Fleet implements AutoCloseable {

  /** Header of calls that says which instance it is. */
  static final String CALLER = "x-instance";

  private static final int LINES = 40;

  private final Stand stand;
  private final Map<String, String> settings;
  private final Witness witness;
  private final List<Instance> running = new ArrayList<>();
  private int started;

  Fleet(Stand stand, Map<String, String> settings, Witness witness) {
    this.stand = stand;
    this.settings = settings;
    this.witness = witness;
  }

  int size() {
    return running.size();
  }

  List<Instance> all() {
    return List.copyOf(running);
  }

  Instance pick(int number) {
    return running.get(number % running.size());
  }

  /** Starts one more. */
  Instance start(Map<String, String> overrides) {
    return start(overrides, Map.of());
  }

  /** The same with variables in its environment. */
  Instance start(Map<String, String> overrides, Map<String, String> environment) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("kafka.state.dir", stand.directory.resolve("state-of-" + started).toString());
    own.putAll(overrides);
    return started(own, environment);
  }

  /** Starts one in the place of another that has ended. */
  Instance startAgain(Instance ended) {
    return started(new HashMap<>(ended.settings), Map.of());
  }

  private Instance started(Map<String, String> own, Map<String, String> environment) {
    witness.tell(Guarantee::disturbed);
    own.put("gateway.headers." + CALLER, "instance-" + started);
    Instance instance = new Instance(started++, stand, own, environment);
    running.add(instance);
    return instance;
  }

  void kill(Instance instance) {
    witness.tell(Guarantee::disturbed);
    running.remove(instance);
    instance.process.kill();
  }

  /** Ends in good order, or the run fails. */
  void stop(Instance instance) {
    witness.tell(Guarantee::disturbed);
    running.remove(instance);
    assertThat(instance.process.stop()).as("exit code of %s", instance).isZero();
  }

  /** It is expected to end by itself, or has. */
  void forget(Instance instance) {
    witness.tell(Guarantee::disturbed);
    running.remove(instance);
  }

  /** It works again. */
  void takeBack(Instance instance) {
    witness.tell(Guarantee::disturbed);
    running.add(instance);
  }

  /** Fails when one has ended by itself. */
  void check() {
    for (Instance instance : running) {
      if (!instance.process.alive()) {
        throw new AssertionError(instance + " has ended by itself: " + lastLines(instance));
      }
    }
  }

  /** For the report of a run that failed. */
  String lastLines() {
    StringBuilder text = new StringBuilder();
    running.forEach(
        instance -> text.append('\n').append(instance).append('\n').append(lastLines(instance)));
    return text.toString();
  }

  private static String lastLines(Instance instance) {
    List<String> lines = instance.process.output().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  @Override
  public void close() {
    running.forEach(instance -> instance.process.kill());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli;

import io.completionworker.cli.topics.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Topics without brokers, which remember what was asked of them. */
final class FakeTopics implements Topics {

  final Map<String, Existing> existing = new HashMap<>();
  final List<Wanted> created = new ArrayList<>();
  final List<Wanted> repaired = new ArrayList<>();
  String refused = "";

  @Override
  public Map<String, Existing> describe(Collection<String> names) {
    Map<String, Existing> found = new HashMap<>(existing);
    found.keySet().retainAll(names);
    return found;
  }

  @Override
  public Repair repair(Wanted topic, boolean dryRun) {
    repaired.add(topic);
    return new Repair(List.of("  repaired"), !topic.name().equals(refused));
  }

  @Override
  public void create(Wanted topic, boolean dryRun) {
    if (topic.name().equals(refused)) {
      throw new TopicsException("no");
    }
    if (!dryRun) {
      created.add(topic);
    }
  }
}

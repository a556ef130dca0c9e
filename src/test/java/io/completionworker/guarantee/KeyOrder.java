// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * With {@code async.ordering=key}, outcomes of a key stand in the order of its requests. Two topics
 * have no order between them, so this is asked of each alone.
 */
final class KeyOrder implements Guarantee {

  private final Map<String, Integer> last = new HashMap<>();
  private final List<String> overtaken = new ArrayList<>();

  @Override
  public void ended(Ended outcome) {
    Integer before = last.put(outcome.topic() + " " + outcome.key(), outcome.request());
    if (before != null && before > outcome.request()) {
      overtaken.add(outcome + " after " + before);
    }
  }

  @Override
  public void check() {
    assertThat(overtaken).as("outcomes behind those of later requests of their key").isEmpty();
  }

  @Override
  public String toString() {
    return "every key in order";
  }
}

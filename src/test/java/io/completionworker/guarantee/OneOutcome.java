// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Readers of committed records see one outcome of a request. */
final class OneOutcome implements Guarantee {

  private final BitSet ended = new BitSet();
  private final List<Ended> repeated = new ArrayList<>();

  @Override
  public void ended(Ended outcome) {
    if (ended.get(outcome.request())) {
      repeated.add(outcome);
    }
    ended.set(outcome.request());
  }

  @Override
  public void check() {
    assertThat(repeated).as("second outcomes").isEmpty();
  }

  @Override
  public String toString() {
    return "no second outcome";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.guarantee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;

/** Every request that was published has an outcome, and nothing else has one. */
final class NoLoss implements Guarantee {

  private final BitSet published = new BitSet();
  private final BitSet ended = new BitSet();

  @Override
  public void published(int request) {
    published.set(request);
  }

  @Override
  public void ended(Ended outcome) {
    ended.set(outcome.request());
  }

  @Override
  public void check() {
    BitSet lost = (BitSet) published.clone();
    lost.andNot(ended);
    BitSet invented = (BitSet) ended.clone();
    invented.andNot(published);
    assertThat(lost.stream()).as("requests without an outcome").isEmpty();
    assertThat(invented.stream()).as("outcomes without a request").isEmpty();
  }

  @Override
  public String toString() {
    return "no request without an outcome, no outcome without a request";
  }
}

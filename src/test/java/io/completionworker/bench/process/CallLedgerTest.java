// SPDX-License-Identifier: Apache-2.0
package io.completionworker.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallLedgerTest {

  private final CallLedger ledger = new CallLedger(true);

  @Test
  void shouldEndEachCallOnce() {
    CallLedger.Call answered = ledger.begin("a");
    CallLedger.Call cut = ledger.begin("b");
    ledger.begin("c");

    assertThat(answered.answer()).isTrue();
    answered.cut();
    cut.cut();
    assertThat(cut.answer()).isFalse();

    assertThat(ledger.counts()).isEqualTo(new EndpointProcess.Counts(3, 1, 1, 0, 0));
    assertThat(ledger.peakOpen()).isEqualTo(3);
  }

  @Test
  void shouldTellRepeatsOfAnsweredCallsFromOthers() {
    ledger.begin("a").answer();
    ledger.begin("b").cut();
    ledger.begin("a").cut();
    ledger.begin("a").answer();
    ledger.begin("b").answer();

    assertThat(ledger.counts()).isEqualTo(new EndpointProcess.Counts(5, 0, 2, 3, 2));
  }

  @Test
  void shouldCountNoRepeatsUnlessAsked() {
    CallLedger plain = new CallLedger(false);
    plain.begin("a").answer();
    plain.begin("a").answer();

    assertThat(plain.counts()).isEqualTo(new EndpointProcess.Counts(2, 0, 0, 0, 0));
  }

  @Test
  void shouldComeBackFromItsLine() {
    EndpointProcess.Counts counts = new EndpointProcess.Counts(5, 4, 3, 2, 1);

    assertThat(EndpointProcess.Counts.parse(counts.line())).isEqualTo(counts);
  }
}

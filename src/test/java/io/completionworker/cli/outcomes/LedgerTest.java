// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private final Ledger ledger = new Ledger();

  @Test
  void shouldBeDoneWhenEveryLineIsSettledAndTheSizeIsKnown() {
    ledger.requested(1, "completion-requests", 0);
    ledger.requested(3, "completion-requests", 0);
    ledger.answered(1);
    ledger.failed(3);
    assertThat(ledger.done()).isFalse();

    ledger.size(2);
    assertThat(ledger.done()).isTrue();

    ledger.size(3);
    assertThat(ledger.done()).isFalse();
    assertThat(ledger.missing()).isEqualTo(1);
  }

  @Test
  void shouldOpenALineAgainThatIsSentAgain() {
    ledger.size(1);
    ledger.failed(7); // read before its request
    ledger.requested(7, "completion-requests", 0);
    assertThat(ledger.done()).isTrue();

    ledger.requested(7, "completion-requests", 0);
    assertThat(ledger.done()).isFalse();
    ledger.failed(7);
    assertThat(ledger.done()).isTrue();

    ledger.requested(7, "completion-requests", 0);
    assertThat(ledger.answered(7)).isTrue();
    assertThat(ledger.done()).isTrue();
    assertThat(ledger.isFailed(7)).isFalse();
    assertThat(ledger.answered(7)).isFalse();
  }

  @Test
  void shouldBeTheSameAfterItWasWritten() throws IOException {
    ledger.size(4);
    ledger.requested(1, "completion-requests", 0);
    ledger.requested(1, "completion-requests", 0);
    ledger.failed(1);
    ledger.requested(2, "completion-requests", 0);
    ledger.answered(2);
    ledger.counted(2);

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ledger.write(new DataOutputStream(bytes));
    Ledger read = Ledger.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

    assertThat(read.size()).hasValue(4);
    assertThat(read.missing()).isEqualTo(3);
    assertThat(read.allCounted()).isTrue();
    assertThat(read.requestTopics()).containsExactly("completion-requests");
    read.failed(1);
    assertThat(read.missing()).isEqualTo(2);
  }
}

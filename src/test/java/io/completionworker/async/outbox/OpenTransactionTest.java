// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.completionworker.completion.SourceRecord.RecordPosition;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenTransactionTest {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  private long forwarded;
  private final OpenTransaction transaction = new OpenTransaction(done -> {}, INTERVAL);

  @Test
  void shouldCommitAtOnceWhatComesLongAfterTheLastCommit() {
    forward(1);
    assertThat(transaction.commitsEarly(at(0))).as("nothing was committed before").isTrue();

    transaction.committed(at(10));
    transaction.chunkForwarded();

    assertThat(transaction.commitsEarly(at(59))).as("less than half an interval").isFalse();
    assertThat(transaction.commitsEarly(at(60))).as("half an interval").isTrue();
  }

  @Test
  void shouldNotCommitEarlyWithoutAnyOutcomeOrChunk() {
    transaction.committed(at(0));

    assertThat(transaction.commitsEarly(at(1_000))).isFalse();
  }

  @Test
  void shouldLeaveManyToTheCommitInterval() {
    transaction.committed(at(0));
    forward(6);
    assertThat(transaction.commitsEarly(at(80))).as("six are not few").isFalse();

    transaction.committed(at(100));
    forward(5);

    assertThat(transaction.commitsEarly(at(160))).as("counted anew").isTrue();
  }

  @Test
  void shouldForgetWhatWasAborted() {
    transaction.committed(at(0));
    forward(1);

    transaction.aborted();

    assertThat(transaction.commitsEarly(at(1_000))).isFalse();
  }

  private void forward(int outcomes) {
    for (int i = 0; i < outcomes; i++) {
      transaction.forwarded(new RecordPosition("completion-requests", 0, forwarded++));
    }
  }

  private static long at(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a hang, however slow the machine is
class RequestTransactionsTest {

  private static final Duration AT_ONCE = Duration.ofMillis(1);
  private static final Duration NEVER = Duration.ofDays(1);

  /** What was reported: false for late brokers, true for brokers that answer again. */
  private final List<Boolean> reports = new CopyOnWriteArrayList<>();

  private final CompletableFuture<Void> reported = new CompletableFuture<>();

  @Test
  void shouldReportNothingWhenTheBrokersAnswerInTime() {
    try (RequestTransactions transactions = begun(() -> {}, NEVER)) {
      transactions.commit(reports::add);
    }

    assertThat(reports).isEmpty();
  }

  @Test
  void shouldReportThatLateBrokersAnswerAgain() {
    try (RequestTransactions transactions = begun(reported::join, AT_ONCE)) {
      transactions.commit(this::report);
    }

    assertThat(reports).containsExactly(false, true);
  }

  @Test
  void shouldNotReportThatTheBrokersAnswerWhenTheCommitFails() {
    Runnable commit =
        () -> {
          reported.join();
          throw new TimeoutException("No answer");
        };
    try (RequestTransactions transactions = begun(commit, AT_ONCE)) {
      assertThatThrownBy(() -> transactions.commit(this::report))
          .isInstanceOf(TimeoutException.class);
    }

    assertThat(reports).containsExactly(false);
  }

  @Test
  void shouldTakeBackAReportThatWasUnderWayWhenTheCommitEnded() {
    CompletableFuture<Void> reporting = new CompletableFuture<>();
    CompletableFuture<Void> committed = new CompletableFuture<>();
    Runnable commit =
        () -> {
          reporting.join();
          committed.complete(null);
        };
    try (RequestTransactions transactions = begun(commit, AT_ONCE)) {
      transactions.commit(
          answer -> {
            reporting.complete(null);
            committed.join();
            reports.add(answer);
          });
    }

    assertThat(reports).containsExactly(false, true);
  }

  private void report(boolean answer) {
    reports.add(answer);
    reported.complete(null);
  }

  /** Transactions with a record that is not committed yet. */
  private static RequestTransactions begun(Runnable commit, Duration late) {
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(
            true,
            new RoundRobinPartitioner(),
            new ByteArraySerializer(),
            new ByteArraySerializer()) {
          @Override
          public void commitTransaction() {
            commit.run();
            super.commitTransaction();
          }
        };
    RequestTransactions.Bounds bounds =
        new RequestTransactions.Bounds(10, 1_000, Duration.ofMinutes(1));
    RequestTransactions transactions = new RequestTransactions(producer, bounds, late);
    transactions.send(new ProducerRecord<>("topic", new byte[] {1}), 1);
    return transactions;
  }
}

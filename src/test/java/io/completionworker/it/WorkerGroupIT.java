// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static io.completionworker.it.Commands.command;
import static io.completionworker.it.Commands.process;
import static io.completionworker.it.Commands.publish;
import static io.completionworker.it.Commands.said;
import static io.completionworker.it.ReadingMessages.CHECKED_COOLING;
import static io.completionworker.it.ReadingMessages.CHECKED_NOT_READY;
import static io.completionworker.it.ReadingMessages.COOLING;
import static io.completionworker.it.ReadingMessages.NOBODY;
import static io.completionworker.it.ReadingMessages.NOT_READY;
import static io.completionworker.it.ReadingMessages.NO_REQUESTS;
import static io.completionworker.it.ReadingMessages.NO_WORKER;
import static io.completionworker.it.ReadingMessages.STALL;
import static io.completionworker.it.ReadingMessages.WORKERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands that wait for outcomes, and {@code check}, say of those who should work. */
@Tag("long")
class WorkerGroupIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldSayThatNoWorkerRuns() throws Exception {
    try (Stand stand = new Stand(Behaviour.instant(), 1)) {
      Map<String, String> settings = Map.of("kafka.application.id", "nobody");
      publish(stand, "lonely");

      RunningCommand collect =
          command(stand, settings, "collect --batch lonely --timeout 20 --out OUT");
      assertThat(collect.await()).as(collect.all()).isEqualTo(1);
      assertThat(collect.err().lines())
          .anyMatch(
              line -> line.startsWith("collect: 0 of 1 (0 %)") && line.contains("waiting: no"));
      assertThat(collect.err()).containsPattern(NOBODY.pattern());

      RunningCommand batch = command(stand, settings, "batch FILE --timeout 20 --out OUT");
      assertThat(batch.await()).as(batch.all()).isEqualTo(1);
      assertThat(batch.err()).containsPattern(NOBODY.pattern());

      RunningCommand check = command(stand, settings, "check");
      check.await();
      assertThat(check.out()).containsPattern(NO_WORKER.pattern());
    }
  }

  @Test
  void shouldSayWhyAWorkerIsNotReady() throws Exception {
    AtomicBoolean bad = new AtomicBoolean(true);
    Behaviour behaviour =
        Behaviour.builder()
            .respondWith(
                call ->
                    bad.get()
                        ? Reply.error(401, "invalid_request_error", "invalid_api_key", "no")
                        : Reply.completion())
            .build();
    try (Stand own = new Stand(behaviour, 1)) {
      publish(own, "held");
      Map<String, String> settings =
          Map.of(
              "management.port", freePort(),
              "hold.probe.initial.ms", "200",
              "hold.probe.max.ms", "200");
      try (SearchedWorker worker = own.start(settings);
          CliProcess collect = process(own, settings, "collect --batch held --out OUT")) {
        await().atMost(LONG).until(() -> said(collect, NOT_READY));
        assertThat(collect.err()).contains("UNAUTHORIZED");
        RunningCommand check = command(own, settings, "check");
        check.await(); // it finds that the endpoint refuses, too
        assertThat(check.out()).containsPattern(CHECKED_NOT_READY.pattern());

        bad.set(false);
        assertThat(collect.await()).as(collect.all()).isZero();
        assertThat(worker.live()).isTrue();
      }
    }
  }

  @Test
  void shouldSayThatRequestsWaitForACoolDown() throws Exception {
    Reply limited = Reply.error(429, "tokens", "rate_limit_exceeded", "slow down");
    Behaviour behaviour =
        Behaviour.builder().respondWith(call -> limited.withHeader("retry-after", "300")).build();
    try (Stand own = new Stand(behaviour, 1)) {
      publish(own, "cooling");
      Map<String, String> settings = Map.of("management.port", freePort());
      try (SearchedWorker worker = own.start(settings);
          CliProcess collect = process(own, settings, "collect --batch cooling --out OUT")) {
        await().atMost(LONG).until(() -> said(collect, COOLING));
        assertThat(worker.notReadyReasons()).isEmpty();
        RunningCommand check = command(own, settings, "check");
        check.await(); // it finds that the endpoint refuses, too
        assertThat(check.out()).containsPattern(CHECKED_COOLING.pattern());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "streams"})
  void shouldSayHowTheGroupStandsWhenNothingComes(String protocol) throws Exception {
    Behaviour behaviour = Behaviour.builder().respondWith(call -> Reply.silence()).build();
    try (Stand own = new Stand(behaviour, 1)) {
      publish(own, "slow");
      Map<String, String> settings =
          Map.of("kafka.group.protocol", protocol, "shutdown.drain.ms", "10");
      try (SearchedWorker worker = own.start(settings);
          CliProcess collect = process(own, settings, "collect --batch slow --out OUT")) {
        await().atMost(LONG).until(() -> said(collect, STALL));
        assertThat(worker.notReadyReasons()).isEmpty();

        RunningCommand check = command(own, settings, "check");
        check.await(); // it finds that the endpoint is silent, too
        assertThat(check.out()).containsPattern(WORKERS.pattern());
      }
    }
  }

  /** With the streams protocol Kafka Streams waits some minutes for the topic before. */
  @Test
  void shouldNameTheTopicThatIsMissingUnderAWorker() throws Exception {
    try (Stand own = new Stand(Behaviour.instant(), 1)) {
      // The request may be there before the worker has looked for where its group begins.
      Map<String, String> settings =
          Map.of("kafka.group.protocol", "classic", "start.from", "earliest");
      try (CliProcess run = process(own, settings, "run")) {
        own.publish(0, 1, 1);
        await().atMost(LONG).until(() -> own.endpoint.total() == 1);
        try (Admin admin = own.broker.admin()) {
          admin.deleteTopics(List.of("completion-requests")).all().get();
        }

        assertThat(run.await()).as(run.all()).isEqualTo(NO_REQUESTS.exitCode());
        // perhaps not as the last line: Kafka's threads may log until the process has ended
        assertThat(run.all()).containsPattern(NO_REQUESTS.pattern());
      }
    }
  }

  private static String freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return Integer.toString(free.getLocalPort());
    }
  }
}

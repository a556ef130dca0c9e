// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.Latency;
import io.completionworker.demo.endpoint.Reply;
import io.completionworker.secrets.SearchedWorker;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shutdown does, and what it leaves to the next instance. */
class ShutdownIT {

  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void shouldLetCallsEndAndLeaveTheRestToTheNextInstance() throws Exception {
    Behaviour slow = Behaviour.builder().latency(Latency.fixed(Duration.ofSeconds(2))).build();
    Map<String, String> settings = Map.of("async.max.in.flight", "40");
    try (Stand stand = new Stand(slow, 6);
        Outcomes outcomes = new Outcomes(stand)) {
      stand.publish(0, 200, 20);
      try (WorkerProcess first = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> stand.endpoint.open() == 40);

        assertThat(first.stop()).as(first::output).isZero();
      }
      long called = stand.endpoint.total();
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == called);
      assertThat(stand.endpoint.open()).isZero();
      assertThat(stand.members()).as("it has left its group").isEmpty();

      try (WorkerProcess second = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> outcomes.poll().distinct() == 200);
        assertThat(second.alive()).isTrue();
      }
      assertThat(outcomes.poll().repeated()).isEmpty();
      assertThat(stand.endpoint.total()).as("no call was made twice").isEqualTo(200);
    }
  }

  @Test
  void shouldLeaveNoThreadOfItsOwnBehind() {
    try (Stand stand = new Stand(Behaviour.instant(), 1)) {
      Set<Thread> before = Thread.getAllStackTraces().keySet();
      try (SearchedWorker worker = stand.start(Map.of())) {
        await().atMost(LONG).until(() -> worker.state().equals("RUNNING"));
      }

      await()
          .untilAsserted(
              () ->
                  assertThat(Thread.getAllStackTraces().keySet())
                      .filteredOn(thread -> !before.contains(thread))
                      .extracting(Thread::getName)
                      .filteredOn(name -> name.startsWith("completion-"))
                      .isEmpty());
    }
  }

  /** In time for an orchestrator that waits as long as the worker says it needs. */
  @Test
  @Tag("long")
  void shouldEndInGoodOrderThoughCallsDoNot() {
    Behaviour silent = Behaviour.builder().respondWith(call -> Reply.silence()).build();
    Map<String, String> settings = Map.of("shutdown.drain.ms", "1000");
    try (Stand stand = new Stand(silent, 2)) {
      stand.publish(0, 20, 5);
      try (WorkerProcess worker = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> stand.endpoint.open() == 20);
        long from = System.nanoTime();

        assertThat(worker.stop()).as(worker::output).isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(46));
        assertThat(worker.output()).contains("A shutdown takes up to 46 s").contains("Calls left");
      }
    }
  }

  /** Nothing is waited for when there is nothing to wait for: no idle connection, no open page. */
  @Tag("long")
  @ParameterizedTest
  @CsvSource({"TERM, classic", "INT, streams", "HUP, classic"})
  void shouldEndSoonAndInGoodOrderWithoutWork(String signal, String protocol) throws Exception {
    Map<String, String> settings = Map.of("kafka.group.protocol", protocol);
    try (Stand stand = new Stand(Behaviour.instant(), 2);
        Outcomes outcomes = new Outcomes(stand);
        WorkerProcess worker = new WorkerProcess(stand, settings)) {
      stand.publish(0, 20, 5);
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == 20);
      await().atMost(LONG).until(() -> worker.output().contains("Ready "));
      try (Socket page = new Socket(InetAddress.getLoopbackAddress(), port(worker))) {
        page.getOutputStream()
            .write("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(UTF_8));
        assertThat(page.getInputStream().read()).isEqualTo('H');

        worker.signal(signal);

        await().atMost(LONG).until(() -> !worker.alive());
      }
      assertThat(worker.exitCode()).as(worker::output).isZero();
      Matcher stopped = Pattern.compile("Stopped in (\\d+) ms").matcher(worker.output());
      assertThat(stopped.find()).as(worker::output).isTrue();
      // most of it on a machine that is busy; time-outs of single parts are 2 s, 3 s, 5 s and 30 s
      assertThat(Long.parseLong(stopped.group(1))).as(worker::output).isLessThan(5_000);
    }
  }

  private static int port(WorkerProcess worker) {
    Matcher port = Pattern.compile("metrics are at http://[^:]+:(\\d+)").matcher(worker.output());
    assertThat(port.find()).as(worker::output).isTrue();
    return Integer.parseInt(port.group(1));
  }

  @Test
  void shouldSayInOneLineWhyItDoesNotStart() {
    try (Stand stand = new Stand(Behaviour.instant(), 1)) {
      Map<String, String> settings = Map.of("topics.responses", "not-there");
      try (WorkerProcess worker = new WorkerProcess(stand, settings)) {
        await().atMost(LONG).until(() -> !worker.alive());

        assertThat(worker.stop()).isEqualTo(1);
        assertThat(worker.output().strip().lines().toList())
            .last()
            .asString()
            .contains("not-there")
            .contains("completion-worker topics");
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.completionworker.avro.CompletionRequest;
import io.completionworker.demo.endpoint.Behaviour;
import io.completionworker.demo.endpoint.RecordedCall;
import io.completionworker.metrics.RequestMeters;
import io.completionworker.secrets.SearchedWorker;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tenant's backlog, however long, does not delay a tenant that comes behind it. */
class TenantsIT {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int KEYS = 51;
  private static final int BACKLOG = 2_000;
  private static final int BEHIND = 30;
  private static final int IN_FLIGHT = 4;

  /** Far less than the backlog, so that without tenants nothing behind it would be read. */
  private static final int PENDING = 400;

  private final Stand stand = new Stand(Behaviour.instant(), 4);
  private final Outcomes outcomes = new Outcomes(stand);

  @AfterEach
  void close() {
    outcomes.close();
    stand.close();
  }

  @Test
  void shouldCallATenantBehindALongBacklogInTurnWithTheOthers() {
    stand.endpoint.hang();
    stand.publish(0, BACKLOG, KEYS, number -> of("ahead", number));
    try (SearchedWorker worker = stand.start(settings(Map.of("fairness.by", "user")))) {
      await()
          .atMost(LONG)
          .until(() -> waiting(worker, "ahead") == BACKLOG - IN_FLIGHT && calls() == IN_FLIGHT);

      stand.publish(BACKLOG, BACKLOG + BEHIND, KEYS, number -> of("behind", number));
      await().atMost(LONG).until(() -> waiting(worker, "behind") == BEHIND);
      stand.endpoint.release();
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == BACKLOG + BEHIND);

      assertThat(worker.pages()).contains("completion_worker_tenant_calls_total{tenant=\"behind\"");
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(callsBeforeTheLastOf("behind"))
        .as("one of each in turn, and those that were open or on their way")
        .isLessThanOrEqualTo(2 * BEHIND + 4 * IN_FLIGHT);
  }

  @Test
  void shouldWorkOffABacklogThatItTookOver() {
    stand.endpoint.hang();
    stand.publish(0, BACKLOG, KEYS, number -> of("ahead", number));
    stand.publish(BACKLOG, BACKLOG + BEHIND, KEYS, number -> of("behind", number));
    Map<String, String> settings = Map.of("fairness.by", "user", "fairness.weights", "behind=4");
    try (SearchedWorker first = stand.start(settings(settings))) {
      await().atMost(LONG).until(() -> waiting(first, "behind") > 0);
    }
    stand.endpoint.release();

    try (SearchedWorker second = stand.start(settings(settings))) {
      await().atMost(LONG).until(() -> outcomes.poll().distinct() == BACKLOG + BEHIND);
      assertThat(Stand.gauge(second, RequestMeters.PARKED_RECORDS.name())).isZero();
    }
    assertThat(outcomes.poll().repeated()).isEmpty();
    assertThat(outcomes.all()).allMatch(outcome -> outcome.kind().equals("response"));
  }

  private int calls() {
    return stand.endpoint.open();
  }

  private long callsBeforeTheLastOf(String tenant) {
    List<String> users = stand.endpoint.calls().stream().map(TenantsIT::user).toList();
    return users.lastIndexOf(tenant);
  }

  private static String user(RecordedCall call) {
    return call.text("/user");
  }

  private static double waiting(SearchedWorker worker, String tenant) {
    Gauge gauge =
        worker.meters().find(RequestMeters.TENANT_WAITING.name()).tag("tenant", tenant).gauge();
    return gauge == null ? 0 : gauge.value();
  }

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("async.max.in.flight", String.valueOf(IN_FLIGHT));
    settings.put("async.max.pending.records", String.valueOf(PENDING));
    settings.put("shutdown.drain.ms", "0");
    return settings;
  }

  private static CompletionRequest of(String tenant, int number) {
    return CompletionRequest.newBuilder(Stand.request("r-" + number)).setUser(tenant).build();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.completionworker.deploy.Expressions.Expression;
import io.completionworker.metrics.CallMeters;
import io.completionworker.metrics.MeterSpec;
import io.completionworker.metrics.RequestMeters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Dashboard and alerts ask for what the worker exports; {@code PrometheusIT} does ask. */
class DashboardTest {

  @Test
  void shouldUseOnlyMetricsThatExist() {
    Set<String> exported = ExportedMetrics.names();

    assertThat(Expressions.all())
        .hasSizeGreaterThan(60)
        .allSatisfy(
            expression -> {
              assertThat(expression.metrics()).as(expression.place()).isNotEmpty();
              assertThat(exported)
                  .as("%s: %s", expression.place(), expression.text())
                  .containsAll(expression.metrics());
            });
  }

  @Test
  void shouldShowEveryMeterOfTheWorker() {
    Set<String> shown = new TreeSet<>();
    Expressions.all().forEach(expression -> shown.addAll(expression.metrics()));

    assertThat(ExportedMetrics.families())
        .allSatisfy(
            family ->
                assertThat(shown)
                    .as("on the dashboard or in an alert: %s", family)
                    .anyMatch(name -> name.startsWith(family)));
  }

  /** Failed ones are often quick or as long as a time-out, and say nothing of the answered ones. */
  @Test
  void shouldShowTheLatencyOfAnsweredRequestsApartFromFailedOnes() {
    List<String> latencies =
        Expressions.all().stream()
            .map(Expression::text)
            .filter(text -> text.contains("histogram_quantile"))
            .filter(text -> text.matches("(?s).*(_duration|_attempts)_seconds_bucket.*"))
            .toList();

    assertThat(latencies)
        .hasSizeGreaterThan(6)
        .allSatisfy(text -> assertThat(text).containsPattern("outcome!?=|error_type="));
  }

  /** A percentile above the last bucket is shown as its end. */
  @Test
  void shouldHaveBucketsUpToTheLongestTimeOut() {
    double byDefault = 600;
    double most = 86_400;

    assertThat(last(CallMeters.ATTEMPTS)).isGreaterThanOrEqualTo(most);
    assertThat(last(RequestMeters.REQUEST_DURATION)).isGreaterThanOrEqualTo(most);
    assertThat(last(CallMeters.OPERATION_DURATION)).isGreaterThanOrEqualTo(byDefault);
    assertThat(last(CallMeters.FIRST_CHUNK)).isGreaterThanOrEqualTo(byDefault);
  }

  private static double last(MeterSpec timer) {
    return timer.buckets().get(timer.buckets().size() - 1);
  }

  @Test
  void shouldHavePanelsThatDoNotOverlapAndHaveIdsOfTheirOwn() throws IOException {
    JsonNode panels =
        new ObjectMapper()
            .readTree(Path.of("deploy", "grafana", "dashboard.json").toFile())
            .path("panels");
    Set<Integer> ids = new TreeSet<>();
    Set<String> cells = new TreeSet<>();
    for (JsonNode panel : panels) {
      JsonNode place = panel.path("gridPos");
      assertThat(ids.add(panel.path("id").asInt())).isTrue();
      assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(24);
      for (int x = 0; x < place.path("w").asInt(); x++) {
        for (int y = 0; y < place.path("h").asInt(); y++) {
          String cell = (place.path("x").asInt() + x) + "," + (place.path("y").asInt() + y);
          assertThat(cells.add(cell)).as(panel.path("title").asText()).isTrue();
        }
      }
    }
  }

  @Test
  void shouldFindTheMetricsOfAnExpression() {
    Expression expression =
        new Expression(
            "here",
            "sum by (le, for) (rate(a_total{x=\"b_total\"}[5m])) / on (job) group_left () c:d"
                + " and deriv(e_f{client_id!~\".*-g\"}[15m]) > 0.5 or vector(0)");

    assertThat(expression.metrics()).containsExactly("a_total", "c:d", "e_f");
    assertThat(expression.askable())
        .isEqualTo(
            "sum by (le, for) (rate(a_total{x=\"b_total\"}[20s])) / on (job) group_left () c:d"
                + " and deriv(e_f{client_id!~\".*-g\"}[20s]) > bool 0.5 or vector(0)");
  }
}

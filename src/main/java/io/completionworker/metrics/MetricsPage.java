// SPDX-License-Identifier: Apache-2.0
package io.completionworker.metrics;

import java.util.List;
import java.util.stream.Collectors;

/** Generates the reference page of all meters from their definitions. */
public final class MetricsPage {

  private static final String OPENING =
      """
      # Metrics

      <!-- Made from the table of meters. MetricsPageTest says how to make it anew. -->

      `/metrics` on `management.host` and `management.port` serves all of them in Prometheus' text format. Names and tags
      are public: they change only with a note in the changelog. Why they are as they are:
      [ADR 19](adr/0019-meters-and-their-cardinality.md). What is worth an alert: [alerts](operations.md#alerts).

      Prometheus sees a meter under its name with underscores. A counter ends in `_total`. A timer has
      `_seconds_count`, `_seconds_sum` and `_seconds_bucket`, by which latencies of several instances can be added up, and
      `_seconds_max`, the longest of the last minutes. A histogram has the same without `_seconds`. Names of tags have
      underscores in place of dots, too.

      Most counters and timers with a tag appear when a value of the tag first occurs. Those of outcomes, refused headers and
      missing prices are there from the start, so that an alert sees the first one. Meters without tags are always there.
      """;

  private static final String CLOSING =
      """

      ## How many series there are

      No tag has more values than its text says, so the number of series is bounded whatever requests ask for:

      - A model is named if it matches `metrics.models` and is among the first `metrics.models.max` (20) since the start; all
        others are `other`. To name a fixed set, list it: `metrics.models=gpt-4o-mini,gpt-4o`.
      - A limit scope of a virtual key is named, by the hash that logs show, if the key matches `metrics.virtual.keys`; without
        that setting, no virtual keys are distinguished. Only the first `metrics.scopes.max` (20) scopes are named. The
        [usage windows](usage.md#usage-windows) have the exact usage of each key.
      - A tenant is named by its user or metadata value; with `fairness.by=virtual-key` as a scope of its key is. Only the first
        `metrics.scopes.max` are named.
      - Providers are named up to 20.
      - Failure reasons are those of [operations](operations.md#failure-reasons).

      A model takes 61 series (21 of durations, 36 of token histograms, 4 of sums), and 21 more for each failure reason that
      its calls end with.

      ## OpenTelemetry's names

      Meters that begin with `gen_ai.` are those of OpenTelemetry's conventions for GenAI clients, with the recommended buckets
      and three more for calls that take longer. Attributes are those of the latest version, as on [spans](tracing.md).

      The provider is the one that the response or the request names, or else `gateway.provider`, or else `openai`, whose API
      it is. Meters and spans use the same names: `aws.bedrock` is what the gateway calls `bedrock`. For Prometheus, an empty
      `error.type` is the same as no tag: `gen_ai_client_operation_duration_seconds_count{error_type=""}` selects the answered
      calls.

      ## Of others

      | Begins with | Says | By |
      |---|---|---|
      | `jvm.` | memory, garbage collections, threads, classes | Micrometer |
      | `process.`, `system.cpu.` | CPU, open files, start and uptime | Micrometer |
      | `kafka.` | Kafka Streams and its clients, by Kafka's names; those of tasks and partitions come after a minute | Kafka |
      | `resilience4j.` | rate limiters of requests, circuit breakers, retries | Resilience4j |

      ### Resilience4j

      | Meter | `name` | Here |
      |---|---|---|
      | `resilience4j.ratelimiter.available.permissions` | a limit scope and its limit, such as `worker requests.per.minute` | Permits of the present cycle less those reserved ahead: 1 when a whole burst may go, and below 0 by nearly the burst while there is a backlog. `completion.worker.limit.available` counts the same from 0. |
      | `resilience4j.ratelimiter.waiting.threads` | the same | Always 0: requests wait, threads do not. |
      | `resilience4j.circuitbreaker.state`, `.failure.rate`, `.buffered.calls`, `.calls` | a credential, by the hash that logs show | The calls that the breaker counts. Refusals that show that the endpoint works, such as a 400, are `successful`; those that do not show it, such as a 429, are not counted. |
      | `resilience4j.circuitbreaker.not.permitted.calls`, `.slow.calls`, `.slow.call.rate` | the same | Always 0: a call that has to wait does not ask the breaker, and no call is too slow for it. |
      | `resilience4j.retry.calls` | `attempts` | Requests that were answered or failed by their last attempt, with further attempts or without; `failed_without_retry` are those whose last failure is never repeated. |

      Limit scopes and credentials are named as above, each by `metrics.virtual.keys` and up to `metrics.scopes.max`; a
      credential with the worker's own `gateway.virtual.key` needs no pattern. Scopes and credentials that are not named are
      not among these meters. A scope has two series for each limit of requests, a credential 22.

      Kafka has many meters: some 1 400 series with 6 partitions, and 135 more for each further partition. `metrics.kafka`
      selects those that are served, for example lag, failed threads and the activity of threads, a few for each partition:

      ```
      metrics.kafka=kafka.consumer.fetch.manager.records.lag*,kafka.stream.failed*,kafka.stream.thread.*
      ```
      """;

  private MetricsPage() {}

  /** Returns the page as Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(OPENING);
    section(page, "Requests", RequestMeters.ALL);
    section(page, "Calls", CallMeters.ALL);
    section(page, "Service tiers", TierMeters.ALL);
    section(page, "Waits and health", HealthMeters.ALL);
    buckets(page);
    return page.append(CLOSING).toString();
  }

  private static void section(StringBuilder page, String name, List<MeterSpec> meters) {
    page.append("\n## ").append(name).append("\n\n");
    page.append("| Meter | Kind | Unit | Tags | What it says |\n");
    page.append("|---|---|---|---|---|\n");
    for (MeterSpec meter : meters) {
      page.append("| `").append(meter.name()).append("` | ").append(meter.kind().text());
      page.append(" | ").append(meter.unit()).append(" | ").append(tags(meter));
      page.append(" | ").append(meter.description()).append(" |\n");
    }
  }

  private static String tags(MeterSpec meter) {
    return meter.tags().stream()
        .map(tag -> "`" + tag.key() + "`: " + tag.values())
        .collect(Collectors.joining("<br>"));
  }

  private static void buckets(StringBuilder page) {
    page.append("\n## Buckets\n\n| Meter | Up to |\n|---|---|\n");
    MeterSpec.all().stream()
        .filter(meter -> !meter.buckets().isEmpty())
        .forEach(
            meter ->
                page.append("| `" + meter.name() + "` | ")
                    .append(
                        meter.buckets().stream()
                            .map(MetricsPage::number)
                            .collect(Collectors.joining(", ")))
                    .append(" |\n"));
  }

  private static String number(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }
}

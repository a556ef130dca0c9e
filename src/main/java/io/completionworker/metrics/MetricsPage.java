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

      `/metrics` on `management.host` and `management.port` serves all meters in Prometheus' text format. Names and tags are
      public: they change only with a note in the changelog. [ADR 19](adr/0019-meters-and-their-cardinality.md) has the reasons
      for them. [Alerts](operations.md#alerts) says what is worth an alert.

      In Prometheus, the names of meters and tags have underscores in place of dots. The name of a meter ends by its kind:

      | Kind | Series |
      |---|---|
      | gauge | the name alone |
      | counter | `_total` |
      | timer | `_seconds_count`, `_seconds_sum` and `_seconds_bucket`, with which you can add up latencies of several instances; `_seconds_max`, the longest of the last minutes |
      | histogram | the same without `_seconds` |

      Most counters and timers with a tag appear when a value of the tag first occurs. Those of outcomes, refused headers and
      missing prices exist from the start, so that an alert sees the first one. Meters without tags always exist.
      """;

  private static final String CLOSING =
      """

      ## How many series there are

      The values of every tag are limited, so the number of series is bounded, whatever requests ask for:

      - A model is named if it matches `metrics.models` and is among the first `metrics.models.max` (20) since the start. All
        others are `other`. To name a fixed set, list it: `metrics.models=gpt-4o-mini,gpt-4o`.
      - A limit scope of a virtual key is named, by the hash that logs show, if the key matches `metrics.virtual.keys`. Without
        that setting, no virtual keys are distinguished. Only the first `metrics.scopes.max` (20) scopes are named. The
        [usage windows](usage.md#usage-windows) have the exact usage of each key.
      - A tenant is named by its user or metadata value. With `fairness.by=virtual-key`, the rule for scopes of virtual keys
        holds. Only the first `metrics.scopes.max` tenants are named.
      - Only the first 20 providers are named.
      - Failure reasons are those of [operations](operations.md#failure-reasons).

      A model takes 62 series: 21 of durations, 36 of token histograms and 5 of sums of tokens. Its cost is one more. Each failure
      reason that its calls end with takes 21 more.

      ## OpenTelemetry's names

      Meters that begin with `gen_ai.` are those of OpenTelemetry's conventions for GenAI clients. They have the recommended
      buckets, and durations have three more for calls that take longer. Attributes are those of the latest version, as on
      [spans](tracing.md).

      The provider is the one that the response or the request names. Without one it is `gateway.provider`, or else `openai`,
      whose API the endpoint has. Meters and spans use the same names: the gateway's `bedrock` is `aws.bedrock`. For Prometheus, an
      empty `error.type` is the same as no tag: `gen_ai_client_operation_duration_seconds_count{error_type=""}` selects the
      answered calls.

      ## Of others

      | Begins with | Says | By |
      |---|---|---|
      | `jvm.` | memory, garbage collections, threads, classes | Micrometer |
      | `process.`, `system.cpu.` | CPU, open files, start and uptime | Micrometer |
      | `kafka.` | Kafka Streams and its clients, by Kafka's names. Those of tasks and partitions appear after a minute | Kafka |
      | `resilience4j.` | rate limiters of requests, circuit breakers, retries | Resilience4j |

      ### Resilience4j

      | Meter | `name` | Here |
      |---|---|---|
      | `resilience4j.ratelimiter.available.permissions` | a limit scope and its limit, such as `worker requests.per.minute` | Permits of the present cycle minus those reserved ahead. It is 1 when a whole burst may start. During a backlog it is below 0, by nearly the burst. `completion.worker.limit.available` counts the same from 0. |
      | `resilience4j.ratelimiter.waiting.threads` | the same | Always 0: requests wait, threads do not. |
      | `resilience4j.circuitbreaker.state`, `.failure.rate`, `.buffered.calls`, `.calls` | a credential, by the hash that logs show | The calls that the breaker counts. A refusal that shows that the endpoint works, such as a 400, is `successful`. A refusal that does not show this, such as a 429, is not counted. |
      | `resilience4j.circuitbreaker.not.permitted.calls`, `.slow.calls`, `.slow.call.rate` | the same | Always 0: a call that has to wait does not ask the breaker, and no call is too slow for it. |
      | `resilience4j.retry.calls` | `attempts` | Requests that were answered, or failed by their last attempt, with or without retries. `failed_without_retry` are those whose last failure is never retried. |

      `metrics.virtual.keys` and `metrics.scopes.max` [select](#how-many-series-there-are) the limit scopes, and likewise the
      credentials, that these meters name. A credential with the worker's own `gateway.virtual.key` needs no pattern. These meters
      leave out all others. A scope has two series for each limit of requests, a credential 22.

      Kafka has many meters: some 1 400 series with 6 partitions, and 135 more for each further partition. `metrics.kafka`
      selects those that are served. This example selects lag, failed threads and the activity of threads, a few for each
      partition:

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

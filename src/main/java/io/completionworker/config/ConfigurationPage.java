// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The reference page of all keys, generated from their definition. */
public final class ConfigurationPage {

  private static final String OPENING =
      """
      # Configuration

      <!-- Made from the definition of the keys. ConfigurationPageTest says how to make it anew. -->

      The worker reads a properties file (`--config FILE`) and environment variables; the variables win. The variable of a key
      is the key in upper case, with underscores in place of dots: `GATEWAY_API_KEY` sets `gateway.api.key`, and
      `KAFKA_SECURITY_PROTOCOL` sets `kafka.security.protocol`. In the name of a header, an underscore stands for a dash:
      `GATEWAY_HEADERS_X_TEAM` sets `gateway.headers.x-team`.

      An empty variable counts as not set, since compose files often pass empty variables. A few keys allow an empty value. In
      a variable, write it as two quotes: with `METRICS_KAFKA='""'`, no meters of Kafka are served. In the file, write nothing
      after the `=`.

      | A variable that | Then |
      |---|---|
      | is similar to the variable of a key: `RATE_LIMIT_REQUESTS_PER_MINUTES`, `ASYNC_MAX_INFLIGHT`, `gateway.api.key` | counts as misspelt, and stops the start |
      | is similar to none: `KAFKA_HEAP_OPTS`, or those that Kubernetes sets for a Service | is ignored |
      | has the prefix `COMPLETION_WORKER_`: `COMPLETION_WORKER_GATEWAY_API_KEY` | sets `gateway.api.key`, and wins over `GATEWAY_API_KEY` |
      | has the prefix but names no key | stops the start, unless Kubernetes sets it for a Service called `completion-worker` |
      | belongs to another program but counts as misspelt | is ignored once the key that it resembles is set by a variable with the prefix |

      Values in the file may refer to secrets elsewhere. A reference without a value stops the start. See
      [where keys belong](security.md#where-keys-belong).

      | Reference | Its value |
      |---|---|
      | `${env:NAME}` | an environment variable |
      | `${file:/path}` | the content of a file |
      | `${file:/path:key}` | a key of a properties file |
      | `${dir:/path:name}` | a file in a directory |

      These stop the start as well:

      - an unknown key, or a key that is in the file twice;
      - an empty value of a key that does not allow one;
      - a value in quotes, except that of a key whose name ends with `password` or `passphrase`.

      The worker lists all faults at once (exit code 2). Times are in milliseconds, sizes in bytes.

      `completion-worker config` and the log of the start show the settings in effect. They hide

      - passwords: keys of type `password` in the tables below, and in Kafka's own definitions of Streams, consumer, producer
        and admin client, with or without a prefix;
      - the registry's credentials and keys, every `gateway.headers.NAME`, and the `virtual.key` of an override or a budget;
      - settings without a definition, since they may be secrets: those of another `avro.serde`, those of your own classes,
        and parameters of Kafka's config providers;
      - the part of a URL before `@`.

      | Keys | Are for |
      |---|---|
      | `kafka.*` | Kafka Streams and its clients, which get them without the prefix |
      | `schema.registry.*`, `basic.auth.*`, `bearer.auth.*` | the client of the schema registry, under Confluent's names |
      | `gateway.headers.NAME` | the header `NAME` of every call |
      | `rate.limit.override.NAME.*` | the limits of single scopes: [overrides](limits.md#overrides) |
      | `budget.NAME.*` | what some of the requests may cost: [budgets](budgets.md) |

      These keys are known under `kafka.`:

      - a setting that Kafka Streams or one of its clients defines, alone or with the prefix of the client (`consumer.`,
        `main.consumer.`, `restore.consumer.`, `global.consumer.`, `producer.`, `admin.`);
      - `topic.` and the name of a topic's setting;
      - `client.tag.`, `config.providers.` and `metrics.context.`, each with a name that you choose.

      Any other key under `kafka.` stops the start, unless you use a class of your own. If a `kafka.*` key names a class that
      is not Kafka's (`kafka.metric.reporters`, `kafka.interceptor.classes` and the like), that class gets the unknown keys.
      In the environment they need the prefix `COMPLETION_WORKER_`. Likewise, an `avro.serde` other than the worker's own gets
      the unknown keys of the registry. In both cases, a key that is similar to a known one still stops the start.

      An override selects scopes by `model` and `virtual.key`, and sets limits under the names that they have under
      `rate.limit.`, such as `rate.limit.override.mini.requests.per.minute`. [Overrides](limits.md#overrides) says which
      patterns are possible and which override applies.

      The name of an override or a budget has lower-case letters, digits, `-` and `_`. Choose letters and digits:
      `RATE_LIMIT_OVERRIDE_MINI_MODEL` sets `rate.limit.override.mini.model`. Each underscore of a variable stands for a dot,
      so no variable can set a name with `_`. A dash stays a dash in a variable. Docker and Kubernetes accept that, shells do
      not.

      The worker's own registry client also takes these keys under `schema.registry.`:

      - `http.connect.timeout.ms`, `max.retries`, `retries.wait.ms`, `retries.max.wait.ms`, `url.randomize`, `context.name`,
        and `proxy.host` with `proxy.port`;
      - `max.schemas.per.subject`, `latest.cache.ttl.sec`, `missing.cache.size`, `missing.id.cache.ttl.sec`,
        `missing.version.cache.ttl.sec` and `missing.schema.cache.ttl.sec`;
      - `ssl.*` for trust and keys (PKCS12, JKS or PEM), as in Kafka's clients;
      - `basic.auth.credentials.source` (`URL`, `USER_INFO`) and `basic.auth.user.info`;
      - or `bearer.auth.token`, `bearer.auth.logical.cluster` and `bearer.auth.identity.pool.id`.

      A key that this client does not know, or that has no effect without another key, stops the start.
      """;

  private static final String KAFKA_DEFAULTS =
      """

      ## Settings of Kafka with other defaults

      You can set every setting of Kafka Streams and its clients under `kafka.`, except
      [those below](#settings-of-kafka-that-are-not-free). Here the worker's defaults differ from Kafka's:

      | Key | Default | Kafka's | Why |
      |---|---|---|---|
      | `kafka.session.timeout.ms` | `10000` | 45000 | take-over is faster after a crash. Not with `kafka.group.protocol=streams`, where the brokers set it |
      | `kafka.poll.ms` | `10` | 100 | an idle stream thread looks for outcomes this often |
      | `kafka.max.poll.records` | `100` | 1000 | few records come in after the intake is paused |
      | `kafka.buffered.records.per.partition` | `32` | 1000 | the same |
      | `kafka.statestore.cache.max.bytes` | `4194304` | 10485760 | only usage windows and the marks of open and finished calls are cached |
      | `kafka.acceptable.recovery.lag` | `9223372036854775807` | 10000 | a new instance gets its share of the partitions at once |

      Other pages name these keys, which have Kafka's own defaults:

      - `kafka.commit.interval.ms`: 100, with exactly once
      - `kafka.producer.transaction.timeout.ms`: 10000
      - `kafka.num.stream.threads`: 1
      - `kafka.group.protocol`: classic
      - `kafka.replication.factor`: that of the brokers
      - `kafka.state.dir`: kafka-streams in Java's temporary directory
      """;

  private ConfigurationPage() {}

  /** Returns the page as Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(OPENING);
    byGroup().forEach((group, keys) -> section(page, group, keys));
    page.append(KAFKA_DEFAULTS);
    page.append("\n## Settings of Kafka that are not free\n\n")
        .append("These follow from other keys or from what the worker promises. They may not be")
        .append(" set under `kafka.`:\n");
    KafkaKeys.ours().stream().sorted().forEach(name -> page.append("- `" + name + "`\n"));
    return page.toString();
  }

  private static void section(StringBuilder page, String group, List<ConfigKey> keys) {
    page.append("\n## ").append(group).append("\n\n");
    page.append("| Key | Meaning | Type | Default | Allowed | Importance |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (ConfigKey key : keys) {
      page.append("| `").append(key.name).append("` | ").append(cell(key.documentation));
      page.append(" | ").append(key.type.name().toLowerCase(Locale.ROOT));
      page.append(" | ").append(defaultOf(key));
      page.append(" | ").append(cell(String.valueOf(key.validator)));
      page.append(" | ").append(key.importance.name().toLowerCase(Locale.ROOT)).append(" |\n");
    }
  }

  private static String defaultOf(ConfigKey key) {
    if (!key.hasDefault()) {
      return "**required**";
    }
    String text = ConfigDef.convertToString(key.defaultValue, key.type);
    return text == null || text.isEmpty() ? "none" : "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static Map<String, List<ConfigKey>> byGroup() {
    Map<String, List<ConfigKey>> groups = new LinkedHashMap<>();
    WorkerConfig.definition()
        .configKeys()
        .values()
        .forEach(key -> groups.computeIfAbsent(key.group, g -> new ArrayList<>()).add(key));
    return groups;
  }
}

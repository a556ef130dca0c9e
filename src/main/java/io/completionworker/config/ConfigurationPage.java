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

      The worker reads a properties file (`--config FILE`), then the environment, which wins. The variable of a key is
      its name in upper case with underscores: `GATEWAY_API_KEY` is `gateway.api.key`, `KAFKA_SECURITY_PROTOCOL` is
      `kafka.security.protocol`, and `GATEWAY_HEADERS_X_TEAM` is `gateway.headers.x-team`. An empty variable counts as
      not set, since compose files often pass empty variables. To set an empty value, which a few keys allow, give the
      variable two quotes: with `METRICS_KAFKA='""'` no meters of Kafka are served. In a file, write the key with nothing
      after the `=`.

      | An environment variable | Then |
      |---|---|
      | is similar to that of a key: `RATE_LIMIT_REQUESTS_PER_MINUTES`, `ASYNC_MAX_INFLIGHT`, `gateway.api.key` | it counts as misspelt, and stops the start |
      | is not similar to one: `KAFKA_HEAP_OPTS`, those that Kubernetes sets for a Service | it is ignored |
      | has the prefix: `COMPLETION_WORKER_GATEWAY_API_KEY` | it is `gateway.api.key`, and wins over `GATEWAY_API_KEY` |
      | has the prefix and is no key | it stops the start, unless Kubernetes sets it for a Service called `completion-worker` |
      | belongs to another program, and is taken for a misspelt one | set that key by its variable with the prefix; then the other variable is ignored |

      Values in the file may refer to secrets elsewhere: `${env:NAME}` is a variable, `${file:/path}` the content of a
      file, `${file:/path:key}` a key of a properties file, `${dir:/path:name}` a file in a directory. A reference
      without a value stops the start. See [where keys belong](security.md#where-keys-belong).

      These stop the start as well: unknown keys, a key that is in the file twice, an empty value of a key that does not
      allow one, and a value in quotes. All faults are listed at once (exit code 2). Times are in milliseconds, sizes in
      bytes.

      `completion-worker config` and the log of the start show the settings in effect. Hidden are

      - passwords: keys of type `password` in the tables below, or in Kafka's own definitions of Streams, consumer,
        producer and admin client, with or without a prefix;
      - the registry's credentials and keys, every `gateway.headers.NAME`, and the `virtual.key` of an override or a budget;
      - settings that no definition knows, which may be secrets: those of another `avro.serde`, of your own classes, and
        parameters of Kafka's config providers;
      - in a URL, the part before `@`.

      | Keys | Go to |
      |---|---|
      | `kafka.*` | Kafka Streams and its clients, without the prefix |
      | `schema.registry.*`, `basic.auth.*`, `bearer.auth.*` | the client of the schema registry, under Confluent's names |
      | `gateway.headers.NAME` | every call, as the header `NAME` |
      | `rate.limit.override.NAME.*` | the limits of single scopes |
      | `budget.NAME.*` | what some of the requests may cost: [budgets](budgets.md) |

      Under `kafka.`, a key is known if Kafka Streams or one of its clients defines it, alone or with the prefix of the
      client (`consumer.`, `main.consumer.`, `restore.consumer.`, `global.consumer.`, `producer.`, `admin.`), or with
      `topic.` and the name of a topic's setting; after `client.tag.`, `config.providers.` and `metrics.context.` come
      names that you choose. Any other key stops the start. The exception: if a `kafka.*` key names a class that is not
      Kafka's own (`kafka.metric.reporters`, `kafka.interceptor.classes` and the like), unknown keys that are not similar
      to a known one are passed on to that class; in the environment they need the prefix `COMPLETION_WORKER_`. Likewise
      another `avro.serde` than the worker's own gets every unknown key of the registry that is not similar to a known one.

      An override has `model` and `virtual.key`, patterns in which `*` stands for any characters, and limits under the
      names that they have under `rate.limit.`, such as `rate.limit.override.mini.requests.per.minute`. Overrides are
      tried in the order of their names, and the first that matches a scope gives it all of its limits. A name has
      lower-case letters, digits, `-` and `_`; `RATE_LIMIT_OVERRIDE_MINI_MODEL` is `rate.limit.override.mini.model`.
      In a variable each underscore stands for a dot, so a variable cannot set a name with `_`. A dash stays a dash, which
      Docker and Kubernetes take in a variable and shells do not. So choose letters and digits. The same holds for the
      names of budgets. A pattern must name something that `rate.limit.scope` distinguishes, so the scope `worker` has no
      overrides.

      The worker's own registry client also takes these keys, under `schema.registry.`:
      `http.connect.timeout.ms`, `max.retries`, `retries.wait.ms`, `retries.max.wait.ms`, `url.randomize`, `proxy.host`
      with `proxy.port`, `context.name`, `max.schemas.per.subject`, `latest.cache.ttl.sec`, `missing.cache.size`,
      `missing.id.cache.ttl.sec`, `missing.version.cache.ttl.sec`, `missing.schema.cache.ttl.sec`, and `ssl.*` for trust
      and keys (PKCS12, JKS or PEM) as Kafka's clients have it; then `basic.auth.credentials.source` (`URL`,
      `USER_INFO`) and `basic.auth.user.info`, or `bearer.auth.token`, `bearer.auth.logical.cluster` and
      `bearer.auth.identity.pool.id`. A key that it does not know, or that has no effect without another one, stops the start.
      """;

  private static final String KAFKA_DEFAULTS =
      """

      ## Settings of Kafka with other defaults

      Every setting of Kafka Streams and its clients may be set under `kafka.`, except those below. The worker's defaults
      differ from Kafka's here:

      | Key | Default | Kafka's | Why |
      |---|---|---|---|
      | `kafka.session.timeout.ms` | `10000` | 45000 | sooner taken over after a crash; not with `kafka.group.protocol=streams`, where the brokers set it |
      | `kafka.poll.ms` | `10` | 100 | an idle stream thread looks for outcomes as often |
      | `kafka.max.poll.records` | `100` | 1000 | few records come in after the intake is paused |
      | `kafka.buffered.records.per.partition` | `32` | 1000 | the same |
      | `kafka.statestore.cache.max.bytes` | `4194304` | 10485760 | only usage windows and marks are cached |
      | `kafka.acceptable.recovery.lag` | `9223372036854775807` | 10000 | a new instance gets its share at once |

      These have Kafka's own defaults, and are named on other pages: `kafka.commit.interval.ms` (100, with exactly once),
      `kafka.producer.transaction.timeout.ms` (10000), `kafka.num.stream.threads` (1), `kafka.group.protocol` (classic),
      `kafka.replication.factor` (that of the brokers) and `kafka.state.dir` (kafka-streams in Java's temporary directory).
      """;

  private ConfigurationPage() {}

  /** Returns the page as Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(OPENING);
    byGroup().forEach((group, keys) -> section(page, group, keys));
    page.append(KAFKA_DEFAULTS);
    page.append("\n## Settings of Kafka that are not free\n\n")
        .append("These follow from other keys or from what the worker promises, and may not be")
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

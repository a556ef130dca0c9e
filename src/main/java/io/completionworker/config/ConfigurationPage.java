// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The reference page of all keys, made from their definition. */
public final class ConfigurationPage {

  private static final String OPENING =
      """
      # Configuration

      <!-- Made from the definition of the keys. ConfigurationPageTest says how to make it anew. -->

      The worker reads a properties file (`--config FILE`), then the environment, which wins. The variable of a key is
      its name in upper case with underscores: `GATEWAY_API_KEY` is `gateway.api.key`, `KAFKA_SECURITY_PROTOCOL` is
      `kafka.security.protocol`, and `GATEWAY_HEADERS_X_TEAM` is `gateway.headers.x-team`. An empty variable counts as
      not set, since files of containers pass variables on that way. To set an empty value, which a few keys can
      have, give the variable two quotes: with `METRICS_KAFKA='""'` no meters of Kafka are served. In a file that is the key
      with nothing behind it.

      A variable that is nearly one of a key stops the start: `RATE_LIMIT_REQUESTS_PER_MINUTES`, `ASYNC_MAX_INFLIGHT`,
      `gateway.api.key`. All other variables are left alone, such as `KAFKA_HEAP_OPTS` and what Kubernetes sets for a
      Service. With the prefix `COMPLETION_WORKER_` nothing is left alone: `COMPLETION_WORKER_GATEWAY_API_KEY` is
      `gateway.api.key` and wins over `GATEWAY_API_KEY`, and a name that is no key stops the start. (Service links are let
      through there too, so a Service may be called `completion-worker`.) If another program's variable is nearly one
      of a key, set the key by its variable with the prefix: that says which one is meant.

      Values in the file may have variables: `${env:NAME}`, `${file:/path}` for all that a file holds,
      `${file:/path:key}` for a key of a properties file, `${dir:/path:name}` for a file of a directory. A variable
      without a value stops the start.

      Unknown keys stop the start, too, and so do a key that is in the file twice, an empty value of a key that cannot have
      one, and a value in quotes. All faults are listed at once (exit code 2). Times are in milliseconds, sizes in bytes.

      `completion-worker config` and the log of the start show the settings in effect. Passwords are hidden: what the
      table below or Kafka's own definitions of Streams, consumer, producer and admin client have as type `password`, alone
      and behind each prefix, the registry's credentials and keys, every `gateway.headers.NAME`, and the `virtual.key` of an
      override. Hidden is as well what no definition knows, and so may be a secret: settings of another `avro.serde`, of a
      class of yours, and parameters of a provider of Kafka's. Nothing is hidden or shown for its name. In a URL that is
      shown, the part before `@` is hidden.

      | Keys | Go to |
      |---|---|
      | `kafka.*` | Kafka Streams and its clients, without the prefix |
      | `schema.registry.*`, `basic.auth.*`, `bearer.auth.*` | the client of the schema registry, under Confluent's names |
      | `gateway.headers.NAME` | every call, as the header `NAME` |
      | `rate.limit.override.NAME.*` | the limits of single scopes |

      Under `kafka.`, a key is known if Kafka Streams or one of its clients defines it, alone or with the prefix of the
      client (`consumer.`, `main.consumer.`, `restore.consumer.`, `global.consumer.`, `producer.`, `admin.`), or with
      `topic.` and the name of a topic's setting; `client.tag.`, `config.providers.` and `metrics.context.` are followed
      by names of yours. Any other key stops the start. Only where a `kafka.*` key names a class that is not Kafka's own
      (`kafka.metric.reporters`, `kafka.interceptor.classes` and the like), keys that are not nearly a known one are
      passed on, for that class; in the environment they need the prefix `COMPLETION_WORKER_`. Likewise another
      `avro.serde` than the worker's own gets every key of the registry that is not nearly a known one.

      An override has `model` and `virtual.key`, patterns in which `*` stands for any characters, and limits under the
      names that they have under `rate.limit.`, such as `rate.limit.override.mini.requests.per.minute`. Overrides are
      tried in the order of their names, and the first that matches a scope gives it all of its limits. A name has
      lower-case letters, digits, `-` and `_`; `RATE_LIMIT_OVERRIDE_MINI_MODEL` is `rate.limit.override.mini.model`.
      A pattern must be of something that `rate.limit.scope` tells apart, so `worker` takes no override.

      Beside the keys below, the worker's own registry client takes these, under `schema.registry.`:
      `http.connect.timeout.ms`, `max.retries`, `retries.wait.ms`, `retries.max.wait.ms`, `url.randomize`, `proxy.host`
      with `proxy.port`, `context.name`, `max.schemas.per.subject`, `latest.cache.ttl.sec`, `missing.cache.size`,
      `missing.id.cache.ttl.sec`, `missing.version.cache.ttl.sec`, `missing.schema.cache.ttl.sec`, and `ssl.*` for trust
      and keys (PKCS12, JKS or PEM) as Kafka's clients have it; then `basic.auth.credentials.source` (`URL`,
      `USER_INFO`) and `basic.auth.user.info`, or `bearer.auth.token`, `bearer.auth.logical.cluster` and
      `bearer.auth.identity.pool.id`. What it does not know, or what has no effect without another one, stops the start.
      """;

  private ConfigurationPage() {}

  /** The page as Markdown. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(OPENING);
    byGroup().forEach((group, keys) -> section(page, group, keys));
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

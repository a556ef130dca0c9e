// SPDX-License-Identifier: Apache-2.0
package io.completionworker.secrets;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/** What Kafka Streams and its clients define as passwords, as keys of the worker. */
public final class PasswordsOfKafka {

  private static final Map<String, List<ConfigDef>> BY_PREFIX =
      Map.of(
          "",
          List.of(
              StreamsConfig.configDef(),
              ConsumerConfig.configDef(),
              ProducerConfig.configDef(),
              AdminClientConfig.configDef()),
          "consumer.",
          List.of(ConsumerConfig.configDef()),
          "main.consumer.",
          List.of(ConsumerConfig.configDef()),
          "restore.consumer.",
          List.of(ConsumerConfig.configDef()),
          "global.consumer.",
          List.of(ConsumerConfig.configDef()),
          "producer.",
          List.of(ProducerConfig.configDef()),
          "admin.",
          List.of(AdminClientConfig.configDef()));

  private PasswordsOfKafka() {}

  /** The keys, alone and behind the prefix of each client. */
  public static Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    BY_PREFIX.forEach(
        (prefix, definitions) ->
            definitions.stream()
                .flatMap(definition -> definition.configKeys().values().stream())
                .filter(key -> key.type == ConfigDef.Type.PASSWORD)
                .forEach(key -> keys.add("kafka." + prefix + key.name)));
    return keys;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Settings of a plain client out of those of Kafka Streams: a setting under the client's own prefix
 * wins over the same without it.
 */
public final class ClientSettings {

  /** The settings that decide which brokers are asked, and how, for the end of a line. */
  public static final String SEE = "; see kafka.bootstrap.servers and kafka.security.protocol";

  /** Of the worker's group and its members, not of a reader beside it; streams is no consumer's. */
  private static final List<String> NOT_OURS =
      List.of(
          CommonClientConfigs.CLIENT_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);

  /** A command that reads ends within 10 seconds when no broker answers, its own start included. */
  private static final int ANSWER_MILLIS = 7_000;

  private ClientSettings() {}

  /**
   * A consumer of committed records without a group: it is assigned its partitions. It never makes
   * a topic by asking for it, and waits for a bounded time for brokers that are away.
   */
  public static Map<String, Object> consumer(Map<String, String> kafka) {
    Map<String, Object> settings = of(kafka, "consumer.", "main.consumer.");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return settings;
  }

  /** A producer of this transactional id. */
  public static Map<String, Object> producer(
      Map<String, String> kafka, String transactionalId, int maxMessageBytes) {
    Map<String, Object> settings = of(kafka, "producer.");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    return settings;
  }

  /** An admin client. */
  public static Map<String, Object> admin(Map<String, String> kafka) {
    return underPrefixes(kafka, "admin.");
  }

  private static Map<String, Object> of(Map<String, String> kafka, String... prefixes) {
    Map<String, Object> settings = underPrefixes(kafka, prefixes);
    NOT_OURS.forEach(settings::remove);
    return settings;
  }

  private static Map<String, Object> underPrefixes(Map<String, String> kafka, String... prefixes) {
    Map<String, Object> settings = new HashMap<>(kafka);
    for (String prefix : prefixes) {
      kafka.forEach(
          (key, value) -> {
            if (key.startsWith(prefix)) {
              settings.put(key.substring(prefix.length()), value);
            }
          });
    }
    return settings;
  }
}

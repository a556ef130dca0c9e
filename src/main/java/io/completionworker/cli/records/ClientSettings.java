// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.records;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Derives the settings of a plain Kafka client from those of Kafka Streams. A setting with the
 * client's own prefix overrides the same setting without the prefix.
 */
public final class ClientSettings {

  /** End of a message that refers to the settings for the connection to the brokers. */
  public static final String SEE = "; see kafka.bootstrap.servers and kafka.security.protocol";

  /**
   * Settings of the worker's group and its members, which do not apply to other clients. A plain
   * consumer does not support the group protocol {@code streams}.
   */
  private static final List<String> NOT_OURS =
      List.of(
          CommonClientConfigs.CLIENT_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);

  /**
   * Timeout with which a command that reads ends within 10 seconds, including its own start, if no
   * broker answers.
   */
  private static final int ANSWER_MILLIS = 7_000;

  private ClientSettings() {}

  /**
   * Returns the settings of a consumer of committed records without a group. The partitions are
   * assigned explicitly. The consumer never creates a topic, and its wait for unavailable brokers
   * is bounded.
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

  /** Returns the settings of a producer with this transactional id. */
  public static Map<String, Object> producer(
      Map<String, String> kafka, String transactionalId, int maxMessageBytes) {
    Map<String, Object> settings = of(kafka, "producer.");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    return settings;
  }

  /**
   * Returns the settings of a producer of single records, which writes each of them once and ends
   * its wait for unavailable brokers as commands do.
   */
  public static Map<String, Object> producer(Map<String, String> kafka) {
    Map<String, Object> settings = of(kafka, "producer.");
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, ANSWER_MILLIS);
    // as many as idempotence allows, and a retry until the time is over
    settings.remove(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION);
    settings.remove(ProducerConfig.RETRIES_CONFIG);
    return settings;
  }

  /** Returns the settings of an admin client. */
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

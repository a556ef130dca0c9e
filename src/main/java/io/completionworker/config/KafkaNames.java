// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of Kafka Streams and its clients, with the types that those define: each alone and
 * behind the prefix of the client that it is for.
 */
final class KafkaNames {

  /** What Kafka's own metrics reporter reads beside what the clients define. */
  private static final Set<String> OF_THE_REPORTER =
      Set.of("metrics.jmx.include", "metrics.jmx.exclude");

  /** Behind these, the names are the user's. */
  static final List<String> OPEN_PREFIXES =
      List.of(StreamsConfig.CLIENT_TAG_PREFIX, "config.providers.", "metrics.context.");

  private static final Pattern OF_A_CLASS =
      Pattern.compile("(?:^|.*\\.)(class|classes|reporters|providers|strategy|setter|supplier)$");

  /** Behind these, Kafka has names of the user's that it shows itself. */
  private static final Pattern LABEL =
      Pattern.compile(
          "client\\.tag\\..+|metrics\\.context\\..+|config\\.providers\\.[^.]+\\.class");

  private static final Map<String, Map<String, ConfigDef.Type>> BY_PREFIX = byPrefix();

  private static final Set<String> ALL = all();

  private KafkaNames() {}

  /** Every name, without {@code kafka.}. */
  static Set<String> known() {
    return ALL;
  }

  static boolean isKnown(String name) {
    String plain = plain(name);
    return ALL.contains(name) || OPEN_PREFIXES.stream().anyMatch(plain::startsWith);
  }

  /** The name without the prefix of a client. */
  static String plain(String name) {
    return BY_PREFIX.keySet().stream()
        .filter(prefix -> !prefix.isEmpty() && name.startsWith(prefix))
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }

  /** The same setting where it has an effect: without a prefix, or with that of topics. */
  static Optional<String> elsewhere(String name) {
    String plain = plain(name);
    return List.of(plain, StreamsConfig.TOPIC_PREFIX + plain).stream()
        .filter(ALL::contains)
        .findFirst();
  }

  /** Whether this names a class that is not Kafka's, which may have settings of its own. */
  static boolean isPlugIn(String name, String value) {
    return OF_A_CLASS.matcher(name).matches()
        && List.of(value.split(",")).stream()
            .map(String::strip)
            .anyMatch(part -> !part.isEmpty() && !part.startsWith("org.apache.kafka."));
  }

  /**
   * Whether the value may not be shown: a client defines it as a password, or no client defines it,
   * so that nobody knows what it is.
   */
  static boolean isSecret(String name) {
    String plain = plain(name);
    String prefix = name.substring(0, name.length() - plain.length());
    ConfigDef.Type type = BY_PREFIX.getOrDefault(prefix, Map.of()).get(plain);
    return type == null
        ? !OF_THE_REPORTER.contains(plain) && !LABEL.matcher(plain).matches()
        : type == ConfigDef.Type.PASSWORD;
  }

  private static Map<String, Map<String, ConfigDef.Type>> byPrefix() {
    Map<String, ConfigDef.Type> consumer = types(ConsumerConfig.configDef());
    Map<String, ConfigDef.Type> producer = types(ProducerConfig.configDef());
    Map<String, ConfigDef.Type> admin = types(AdminClientConfig.configDef());
    Map<String, ConfigDef.Type> free = types(StreamsConfig.configDef());
    List.of(consumer, producer, admin).forEach(client -> client.forEach(free::putIfAbsent));
    OF_THE_REPORTER.forEach(name -> free.put(name, ConfigDef.Type.STRING));
    Map<String, Map<String, ConfigDef.Type>> types = new TreeMap<>();
    types.put("", free);
    types.put(StreamsConfig.CONSUMER_PREFIX, consumer);
    types.put(StreamsConfig.MAIN_CONSUMER_PREFIX, consumer);
    types.put(StreamsConfig.RESTORE_CONSUMER_PREFIX, consumer);
    types.put(StreamsConfig.GLOBAL_CONSUMER_PREFIX, consumer);
    types.put(StreamsConfig.PRODUCER_PREFIX, producer);
    types.put(StreamsConfig.ADMIN_CLIENT_PREFIX, admin);
    types.put(StreamsConfig.TOPIC_PREFIX, topicTypes());
    return types;
  }

  private static Map<String, ConfigDef.Type> types(ConfigDef definition) {
    Map<String, ConfigDef.Type> types = new TreeMap<>();
    definition.configKeys().forEach((name, key) -> types.put(name, key.type));
    return types;
  }

  private static Set<String> all() {
    Set<String> all = new TreeSet<>();
    BY_PREFIX.forEach((prefix, types) -> types.keySet().forEach(name -> all.add(prefix + name)));
    BY_PREFIX.keySet().stream()
        .filter(prefix -> !prefix.isEmpty() && !prefix.equals(StreamsConfig.TOPIC_PREFIX))
        .forEach(prefix -> OF_THE_REPORTER.forEach(name -> all.add(prefix + name)));
    return Set.copyOf(all);
  }

  /** Kafka has these as constants alone; none of them is a password. */
  private static Map<String, ConfigDef.Type> topicTypes() {
    Map<String, ConfigDef.Type> types = new TreeMap<>();
    for (Field field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        try {
          types.put(String.valueOf(field.get(null)), ConfigDef.Type.STRING);
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(field + " is public", e);
        }
      }
    }
    return types;
  }
}

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
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The names of the settings of Kafka Streams and its clients, as those define them: each alone and
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

  private static final Map<String, Set<String>> BY_PREFIX = byPrefix();

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

  private static Map<String, Set<String>> byPrefix() {
    Map<String, Set<String>> names = new TreeMap<>();
    Set<String> consumer = ConsumerConfig.configNames();
    Set<String> free = new TreeSet<>(StreamsConfig.configDef().names());
    free.addAll(consumer);
    free.addAll(ProducerConfig.configNames());
    free.addAll(AdminClientConfig.configNames());
    free.addAll(OF_THE_REPORTER);
    names.put("", free);
    names.put(StreamsConfig.CONSUMER_PREFIX, consumer);
    names.put(StreamsConfig.MAIN_CONSUMER_PREFIX, consumer);
    names.put(StreamsConfig.RESTORE_CONSUMER_PREFIX, consumer);
    names.put(StreamsConfig.GLOBAL_CONSUMER_PREFIX, consumer);
    names.put(StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames());
    names.put(StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames());
    names.put(StreamsConfig.TOPIC_PREFIX, topicNames());
    return names;
  }

  private static Set<String> all() {
    Set<String> all = new TreeSet<>();
    BY_PREFIX.forEach((prefix, names) -> names.forEach(name -> all.add(prefix + name)));
    BY_PREFIX.keySet().stream()
        .filter(prefix -> !prefix.isEmpty() && !prefix.equals(StreamsConfig.TOPIC_PREFIX))
        .forEach(prefix -> OF_THE_REPORTER.forEach(name -> all.add(prefix + name)));
    return Set.copyOf(all);
  }

  /** Kafka has these as constants alone. */
  private static Set<String> topicNames() {
    Set<String> names = new TreeSet<>();
    for (Field field : TopicConfig.class.getFields()) {
      if (field.getName().endsWith("_CONFIG")) {
        try {
          names.add(String.valueOf(field.get(null)));
        } catch (IllegalAccessException e) {
          throw new IllegalStateException(field + " is public", e);
        }
      }
    }
    return names;
  }
}

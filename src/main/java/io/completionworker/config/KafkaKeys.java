// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.KeyGroup.Faults;
import io.completionworker.config.key.Misspelling;
import io.completionworker.config.key.NearestKey;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
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
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings that are passed on to Kafka's own clients, and the few of them that may not be set.
 */
final class KafkaKeys {

  static final String PREFIX = "kafka.";

  static final String BOOTSTRAP_SERVERS_CONFIG = "kafka.bootstrap.servers";
  static final String BOOTSTRAP_SERVERS_DOC =
      "Brokers to connect to first, as host:port separated by commas.";

  static final String APPLICATION_ID_CONFIG = "kafka.application.id";
  static final String APPLICATION_ID_DOC =
      "Name of the consumer group. Names of changelogs and transactions begin with it. All"
          + " instances of a worker share it.";
  static final String APPLICATION_ID_DEFAULT = "completion-worker";

  private static final String GUARANTEE =
      "every outcome is written exactly once, and that is not a matter of configuration";
  private static final String HANDLER =
      "the worker decides by itself what becomes of a record that fails";
  private static final String SIZE = "follows from async.max.record.bytes";
  private static final String STATE =
      "follows from async.changelog.delete.retention.ms; an older state would bring finished"
          + " requests back";
  private static final String SERDE = "the worker reads bytes and writes Avro by itself";

  /** The settings that the worker controls: Kafka's name, and the reason why it may not be set. */
  private static final Map<String, String> OURS = new LinkedHashMap<>();

  static {
    because(GUARANTEE, "processing.guarantee", "isolation.level", "enable.idempotence", "acks");
    because(GUARANTEE, "transactional.id", "enable.auto.commit", "group.id");
    because(HANDLER, "deserialization.exception.handler");
    because(HANDLER, "default.deserialization.exception.handler");
    because(HANDLER, "processing.exception.handler", "production.exception.handler");
    because(HANDLER, "default.production.exception.handler");
    because(HANDLER, "processing.exception.handler.global.enabled");
    because(HANDLER, "errors.dead.letter.queue.topic.name");
    because(SIZE, "max.request.size", "buffer.memory");
    because(STATE, "state.cleanup.dir.max.age.ms");
    because(SERDE, "default.key.serde", "default.value.serde", "key.serializer");
    because(SERDE, "value.serializer", "key.deserializer", "value.deserializer");
  }

  private KafkaKeys() {}

  static void define(KeyGroup group) {
    group
        .required(
            BOOTSTRAP_SERVERS_CONFIG,
            ConfigDef.Type.LIST,
            Allowed.someOf("host:port", server -> server.matches("\\S+:\\d{1,5}")),
            BOOTSTRAP_SERVERS_DOC)
        .key(
            APPLICATION_ID_CONFIG,
            ConfigDef.Type.STRING,
            APPLICATION_ID_DEFAULT,
            Allowed.text(
                "1 to 200 letters, digits, dots, underscores or dashes",
                name -> name.matches("[A-Za-z0-9._-]{1,200}")),
            Importance.HIGH,
            APPLICATION_ID_DOC);
  }

  static Map<String, String> from(WorkerConfig config) {
    Map<String, String> settings = new TreeMap<>();
    config
        .originalsStrings()
        .forEach(
            (key, value) -> {
              if (key.startsWith(PREFIX)) {
                settings.put(key.substring(PREFIX.length()), value);
              }
            });
    settings.put("application.id", config.getString(APPLICATION_ID_CONFIG));
    return Map.copyOf(settings);
  }

  /** Returns Kafka's names of the settings that may not be set. */
  static Set<String> ours() {
    return OURS.keySet();
  }

  /**
   * Refuses settings that may not be set, and settings that no client of Kafka knows: those would
   * have no effect, and Kafka only logs a warning. If a setting names a class of the user's own,
   * that class may have settings of its own. In that case an unknown name passes unless it is
   * similar to a known one.
   */
  static void check(Map<String, String> values, Faults faults) {
    boolean plugIn =
        values.entrySet().stream()
            .anyMatch(
                setting ->
                    setting.getKey().startsWith(PREFIX)
                        && KafkaNames.isPlugIn(name(setting.getKey()), setting.getValue()));
    for (String key : values.keySet()) {
      if (key.startsWith(PREFIX)) {
        check(key, plugIn, faults);
      }
    }
  }

  private static void check(String key, boolean plugIn, Faults faults) {
    String name = name(key);
    String reason = OURS.get(KafkaNames.plain(name));
    if (reason != null) {
      faults.add(key, "may not be set: " + reason);
    } else if (!KafkaNames.isKnown(name)) {
      Misspelling misspelling = new Misspelling(KafkaNames.known());
      Optional<String> meant = KafkaNames.elsewhere(name).or(() -> misspelling.meantBy(name));
      if (meant.isPresent() || !plugIn) {
        faults.add(
            key,
            "unknown to every client of Kafka; the nearest known key is "
                + PREFIX
                + meant.orElseGet(() -> NearestKey.to(name, KafkaNames.known())));
      }
    }
  }

  private static String name(String key) {
    return key.substring(PREFIX.length());
  }

  private static void because(String reason, String... names) {
    for (String name : names) {
      OURS.put(name, reason);
    }
  }

  /**
   * The settings of Kafka Streams and its clients, with the types that they define. Each is known
   * by its plain name and with the prefix of its client.
   */
  static final class KafkaNames {

    /** Settings of Kafka's own metrics reporter that no client defines. */
    private static final Set<String> OF_THE_REPORTER =
        Set.of("metrics.jmx.include", "metrics.jmx.exclude");

    /** Prefixes after which the user chooses the names. */
    static final List<String> OPEN_PREFIXES =
        List.of(StreamsConfig.CLIENT_TAG_PREFIX, "config.providers.", "metrics.context.");

    private static final Pattern OF_A_CLASS =
        Pattern.compile("(?:^|.*\\.)(class|classes|reporters|providers|strategy|setter|supplier)$");

    /** Settings with names that the user chooses and with values that Kafka shows itself. */
    private static final Pattern LABEL =
        Pattern.compile(
            "client\\.tag\\..+|metrics\\.context\\..+|config\\.providers\\.[^.]+\\.class");

    private static final Map<String, Map<String, ConfigDef.Type>> BY_PREFIX = byPrefix();

    private static final Set<String> ALL = all();

    private KafkaNames() {}

    /** Returns every known name, without {@code kafka.}. */
    static Set<String> known() {
      return ALL;
    }

    static boolean isKnown(String name) {
      String plain = plain(name);
      return ALL.contains(name) || OPEN_PREFIXES.stream().anyMatch(plain::startsWith);
    }

    /** Returns the name without the prefix of a client. */
    static String plain(String name) {
      return BY_PREFIX.keySet().stream()
          .filter(prefix -> !prefix.isEmpty() && name.startsWith(prefix))
          .findFirst()
          .map(prefix -> name.substring(prefix.length()))
          .orElse(name);
    }

    /**
     * Returns a name under which the same setting has an effect: without a prefix, or with that of
     * topics.
     */
    static Optional<String> elsewhere(String name) {
      String plain = plain(name);
      return List.of(plain, StreamsConfig.TOPIC_PREFIX + plain).stream()
          .filter(ALL::contains)
          .findFirst();
    }

    /**
     * Whether the value names a class that is not Kafka's own, and so may have settings of its own.
     */
    static boolean isPlugIn(String name, String value) {
      return OF_A_CLASS.matcher(name).matches()
          && List.of(value.split(",")).stream()
              .map(String::strip)
              .anyMatch(part -> !part.isEmpty() && !part.startsWith("org.apache.kafka."));
    }

    /**
     * Whether the value may not be shown, because a client defines it as a password, or because no
     * client defines it and it may be anything.
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

    /**
     * Returns the topic settings. Kafka has them only as constants, and none of them is a password.
     */
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
}

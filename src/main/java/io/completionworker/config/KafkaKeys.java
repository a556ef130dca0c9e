// SPDX-License-Identifier: Apache-2.0
package io.completionworker.config;

import io.completionworker.config.key.Allowed;
import io.completionworker.config.key.Faults;
import io.completionworker.config.key.KeyGroup;
import io.completionworker.config.key.Misspelling;
import io.completionworker.config.key.NearestKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** What is passed on to Kafka's own clients, and the few of their settings that are not free. */
final class KafkaKeys {

  static final String PREFIX = "kafka.";

  static final String BOOTSTRAP_SERVERS_CONFIG = "kafka.bootstrap.servers";
  static final String BOOTSTRAP_SERVERS_DOC =
      "Brokers to start from, as host:port separated by commas.";

  static final String APPLICATION_ID_CONFIG = "kafka.application.id";
  static final String APPLICATION_ID_DOC =
      "Name of the consumer group, and the first part of the names of the changelog and of the"
          + " transactions. Instances of one worker share it.";
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

  /** Kafka's name of a setting that is ours, and why. */
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

  /** Kafka's names of the settings that may not be given. */
  static Set<String> ours() {
    return OURS.keySet();
  }

  /**
   * Refuses what is not free, and what no client of Kafka knows: it would be without effect, and
   * Kafka only warns. A class of the user's own may have settings of its own, so with one of those
   * a name passes that is near no known one.
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
}

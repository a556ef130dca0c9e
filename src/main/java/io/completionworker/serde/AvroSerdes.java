// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde;

import io.completionworker.config.Secret;
import io.completionworker.serde.registry.RegistryClient;
import io.completionworker.serde.registry.Settings;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Creates the serdes of all topics, of the class that the configuration names. Serdes of type
 * {@link AvroSerde} share one registry client and its cache. Any other class is instantiated and
 * configured as Kafka does it, so that Confluent's {@code SpecificAvroSerde} can be used instead.
 */
public final class AvroSerdes {

  private static final String SETTING = "avro.serde";
  private static final String PREFIX = "schema.registry.";
  private static final String URL = PREFIX + "url";

  private final Map<String, Object> settings = new HashMap<>();
  private final String serdeClassName;
  private final @Nullable RegistryClient registry;

  /**
   * Checks the settings and the class, without a connection to the registry.
   *
   * @param registrySettings settings under Confluent's names
   * @param serdeClassName a {@link Serde} with a constructor without parameters
   * @throws ConfigException if a setting or the class is invalid
   */
  public AvroSerdes(Map<String, ?> registrySettings, String serdeClassName) {
    registrySettings.forEach(
        (name, value) ->
            settings.put(
                name, value instanceof Secret secret ? new Password(secret.value()) : value));
    this.serdeClassName = serdeClassName;
    if (serdeClassName.equals(AvroSerde.class.getName())) {
      this.registry = registry(new Settings(settings));
    } else {
      this.registry = null;
      addWithoutPrefix();
      settings.putIfAbsent("specific.avro.reader", "true");
      // otherwise the serde would register schemas with Java's own properties, as a second version
      settings.putIfAbsent("avro.remove.java.properties", "true");
      load();
    }
  }

  private static RegistryClient registry(Settings settings) {
    SerdeSettings values = SerdeSettings.from(settings, false);
    SerdeSettings.from(settings, true);
    if (values.writing().idInHeader()) {
      throw new ConfigException(
          "Setting value.schema.id.serializer: outputs of one request share their headers, so"
              + " schema ids can only go before the record");
    }
    if (values.writing().schemaId() >= 0) {
      throw new ConfigException("Setting use.schema.id: outputs are of more than one schema");
    }
    RegistryClient client = RegistryClient.of(settings);
    settings.refuseUnread();
    return client;
  }

  /**
   * Adds the settings without their prefix, since Confluent's serdes accept the prefix only on the
   * settings of their client.
   */
  private void addWithoutPrefix() {
    Map<String, Object> bare = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !name.equals(URL) && !name.startsWith(PREFIX + "ssl.")) {
            bare.put(name.substring(PREFIX.length()), value);
          }
        });
    bare.forEach(settings::putIfAbsent);
  }

  /** Creates a configured serde for record values of this class. */
  public <T extends SpecificRecord> Serde<T> forValues(Class<T> type) {
    if (registry != null) {
      return new AvroSerde<>(type, registry, SerdeSettings.from(new Settings(settings), false));
    }
    @SuppressWarnings("unchecked") // a serde of generated records returns the requested class
    Serde<T> serde = (Serde<T>) instantiate(load());
    serde.configure(settings, false);
    return serde;
  }

  /**
   * Returns what runs a task in which no serde waits for the registry: what is not known without it
   * fails as in an outage. Null for a serde of another class, which may always wait.
   */
  public @Nullable Consumer<Runnable> withoutWaiting() {
    return registry == null ? null : RegistryClient::withoutWaiting;
  }

  /** Whether schemas are registered without the properties of Java's code generator. */
  public boolean removesJavaProperties() {
    return registry != null
        || Boolean.parseBoolean(String.valueOf(settings.get("avro.remove.java.properties")));
  }

  private Class<?> load() {
    try {
      Class<?> loaded = Class.forName(serdeClassName, true, Utils.getContextOrKafkaClassLoader());
      if (!Serde.class.isAssignableFrom(loaded)) {
        throw new ConfigException(SETTING, serdeClassName, "is no " + Serde.class.getName());
      }
      return loaded;
    } catch (ClassNotFoundException | LinkageError e) {
      throw new ConfigException(
          SETTING, serdeClassName, "is not on the class path, or what it needs is not: " + e);
    }
  }

  private Object instantiate(Class<?> loaded) {
    try {
      return loaded.getDeclaredConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new ConfigException(SETTING, serdeClassName, "cannot be made: " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ConfigException(SETTING, serdeClassName, "cannot be made: " + e);
    }
  }
}

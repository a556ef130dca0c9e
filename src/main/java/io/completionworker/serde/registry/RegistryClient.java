// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.time.Duration;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * What the serdes ask of a schema registry. Safe on every thread; a call that is not answered from
 * the cache may block for a bounded time.
 *
 * <p>Every method throws {@link RegistryUnavailableException} for what can pass later, and {@link
 * SerializationException} with the registry's error code for what cannot.
 */
public interface RegistryClient {

  /** Id of the schema under the subject, which is registered if it was not yet. */
  SchemaId register(String subject, Schema schema);

  /** Id of a schema that must be registered under the subject already. */
  SchemaId lookUp(String subject, Schema schema);

  /** The newest version of the subject. */
  RegisteredSchema latest(String subject);

  /**
   * The schema of an id.
   *
   * @param subject tells the registry which context the id is of; null when it is not known
   */
  RegisteredSchema schemaById(int id, @Nullable String subject);

  /**
   * The schema of a GUID.
   *
   * @param subject tells which context the schemas are of that it refers to; null when it is not
   *     known
   */
  Schema schemaByGuid(UUID guid, @Nullable String subject);

  /** A schema and its id. */
  record RegisteredSchema(SchemaId id, Schema schema) {}

  /**
   * The client for these settings, with its own cache: over HTTP, or in memory for {@code
   * mock://scope}. Connects to nothing yet.
   *
   * @throws ConfigException for settings that are missing, wrong or not supported
   */
  static RegistryClient of(Settings settings) {
    RegistrySettings registry = RegistrySettings.from(settings);
    String mockScope = registry.mockScope();
    if (mockScope != null) {
      return MockRegistry.ofScope(mockScope);
    }
    HttpRegistry http =
        new HttpRegistry(new RegistryTransport(registry, Time.SYSTEM), registry.normalize());
    return new CachedRegistry(http, registry.caching(), Time.SYSTEM);
  }

  /**
   * What a registry calls a schema.
   *
   * @param id a number that this registry alone gives
   * @param guid the same in every registry; null when the registry is too old to have one
   */
  record SchemaId(int id, @Nullable UUID guid) {}

  /**
   * The registry answers, and has no schema of an id or a GUID. It may learn of it: a registry that
   * is copied from another one has a schema seconds after the first record that is written with it.
   */
  final class UnknownSchemaException extends SerializationException {

    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 10;

    /** How Confluent's client ends the message of this one fault. */
    private static final Pattern NOT_FOUND = Pattern.compile("error code: 40403$");

    private final String schema;

    /**
     * A schema that is not there.
     *
     * @param schema what it is called: the same for all records that are written with it
     */
    UnknownSchemaException(String message, String schema) {
      super(message);
      this.schema = schema;
    }

    /** The same in other words. */
    public UnknownSchemaException saying(String message) {
      return new UnknownSchemaException(message, schema);
    }

    /** The schema that a serde of whatever kind did not find; null when that is not the fault. */
    public static @Nullable String schema(Throwable thrown) {
      Throwable cause = thrown;
      for (int i = 0; cause != null && i < DEEPEST; i++, cause = cause.getCause()) {
        if (cause instanceof UnknownSchemaException unknown) {
          return unknown.schema;
        }
        boolean confluent =
            cause instanceof InvalidConfigurationException
                || cause.getClass().getSimpleName().equals("RestClientException");
        Matcher code = NOT_FOUND.matcher(String.valueOf(cause.getMessage()));
        if (confluent && code.find()) {
          return String.valueOf(cause.getMessage());
        }
      }
      return null;
    }
  }

  /**
   * The registry could not be asked, or could not answer: nothing is wrong with the record, and the
   * same call may succeed later.
   */
  class RegistryUnavailableException extends RetriableException {

    private static final long serialVersionUID = 1L;

    /** What was asked for, and what came instead. */
    public RegistryUnavailableException(String message) {
      super(message);
    }

    /** What was asked for, and what came instead. */
    public RegistryUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The clock and the wait of the client, so that tests can move them by hand. */
  interface Time {

    /** As {@link System#nanoTime()}. */
    long nanos();

    /** Waits on the calling thread. */
    void sleep(Duration time) throws InterruptedException;

    /** The machine's. */
    Time SYSTEM =
        new Time() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis());
          }
        };
  }
}

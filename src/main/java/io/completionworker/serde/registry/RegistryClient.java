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
 * The calls of the serdes to a schema registry. Thread-safe. A call whose answer is not cached may
 * block for a bounded time.
 *
 * <p>Every method throws {@link RegistryUnavailableException} for a fault that may pass, and {@link
 * SerializationException} with the registry's error code for any other.
 */
public interface RegistryClient {

  /**
   * Returns the schema's id under the subject. Registers the schema if it is not registered yet.
   */
  SchemaId register(String subject, Schema schema);

  /** Returns the id of a schema that must be registered under the subject already. */
  SchemaId lookUp(String subject, Schema schema);

  /** Returns the newest version of the subject. */
  RegisteredSchema latest(String subject);

  /**
   * Returns the schema with this id.
   *
   * @param subject a subject in the context of the id, for the registry; null if it is not known
   */
  RegisteredSchema schemaById(int id, @Nullable String subject);

  /**
   * Returns the schema with this GUID.
   *
   * @param subject a subject in the context of the schemas that this one refers to; null if it is
   *     not known
   */
  Schema schemaByGuid(UUID guid, @Nullable String subject);

  /**
   * Runs a task in which no client waits on this thread. An answer that is not cached is a {@link
   * RegistryUnavailableException} there.
   */
  static void withoutWaiting(Runnable task) {
    CachedRegistry.withoutWaiting(task);
  }

  /** A schema and its id. */
  record RegisteredSchema(SchemaId id, Schema schema) {}

  /**
   * Creates the client for these settings, with its own cache. It uses HTTP, or memory for {@code
   * mock://scope}, and does not connect yet.
   *
   * @throws ConfigException for settings that are missing, invalid or not supported
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
   * The names of a schema in a registry.
   *
   * @param id a number that only this registry assigns
   * @param guid an identifier that is the same in every registry; null if the registry is too old
   *     to have one
   */
  record SchemaId(int id, @Nullable UUID guid) {}

  /**
   * Thrown when the registry answers that it has no schema with an id or a GUID. It may have the
   * schema later: a registry that is copied from another one gets a schema seconds after the first
   * record with that schema.
   */
  final class UnknownSchemaException extends SerializationException {

    private static final long serialVersionUID = 1L;
    private static final int DEEPEST = 10;

    /** The end of the message that Confluent's client has for this fault only. */
    private static final Pattern NOT_FOUND = Pattern.compile("error code: 40403$");

    private final String schema;

    /**
     * Creates the exception.
     *
     * @param schema description of the schema, the same for all records with that schema
     */
    UnknownSchemaException(String message, String schema) {
      super(message);
      this.schema = schema;
    }

    /** Returns the same fault with another message. */
    public UnknownSchemaException saying(String message) {
      return new UnknownSchemaException(message, schema);
    }

    /** Returns the schema that any kind of serde did not find; null if the fault is another one. */
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
   * Thrown when the registry could not be called, or could not answer. The record is not at fault,
   * and the same call may succeed later.
   */
  class RegistryUnavailableException extends RetriableException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception. The message names the request and what happened instead of an answer.
     */
    public RegistryUnavailableException(String message) {
      super(message);
    }

    /** Creates the exception with a cause. The message is as in the other constructor. */
    public RegistryUnavailableException(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The clock of the client, which tests control by hand. */
  interface Time {

    /** Returns a time as {@link System#nanoTime()} does. */
    long nanos();

    /** Blocks the calling thread for this time. */
    void sleep(Duration time) throws InterruptedException;

    /** The system's clock. */
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

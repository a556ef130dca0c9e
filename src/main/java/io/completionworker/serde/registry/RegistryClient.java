// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
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
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.serde.registry.RegistryClient.SchemaId;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * A registry in memory, for tests and trials: {@code mock://scope}. All clients of a scope in this
 * process share it. As in a real registry, the same schema has the same id under every subject.
 */
final class MockRegistry implements RegistryClient {

  private static final Map<String, MockRegistry> SCOPES = new ConcurrentHashMap<>();

  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, Set<Integer>> subjects = new HashMap<>();

  private MockRegistry() {}

  static MockRegistry ofScope(String scope) {
    return SCOPES.computeIfAbsent(scope, name -> new MockRegistry());
  }

  @Override
  public synchronized SchemaId register(String subject, Schema schema) {
    int id = idOf(schema);
    if (id == 0) {
      schemas.add(schema);
      id = schemas.size();
    }
    Set<Integer> versions = subjects.computeIfAbsent(subject, name -> new LinkedHashSet<>());
    versions.add(id);
    return named(id);
  }

  @Override
  public synchronized SchemaId lookUp(String subject, Schema schema) {
    int id = idOf(schema);
    if (!versions(subject).contains(id)) {
      throw refused("subject " + subject, "Schema not found", 40403);
    }
    return named(id);
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    int newest = 0;
    for (int id : versions(subject)) {
      newest = id;
    }
    return registered(newest);
  }

  @Override
  public synchronized RegisteredSchema schemaById(int id, @Nullable String subject) {
    if (id < 1 || id > schemas.size()) {
      throw unknown("schema id " + id, "Schema " + id + " not found");
    }
    return registered(id);
  }

  @Override
  public synchronized Schema schemaByGuid(UUID guid, @Nullable String subject) {
    for (Schema schema : schemas) {
      if (guid(schema).equals(guid)) {
        return schema;
      }
    }
    throw unknown("schema GUID " + guid, "Schema " + guid + " not found");
  }

  private RegisteredSchema registered(int id) {
    return new RegisteredSchema(named(id), schemas.get(id - 1));
  }

  private SchemaId named(int id) {
    return new SchemaId(id, guid(schemas.get(id - 1)));
  }

  private static UUID guid(Schema schema) {
    return UUID.nameUUIDFromBytes(schema.toString().getBytes(StandardCharsets.UTF_8));
  }

  private Set<Integer> versions(String subject) {
    Set<Integer> versions = subjects.get(subject);
    if (versions == null) {
      throw refused("subject " + subject, "Subject '" + subject + "' not found.", 40401);
    }
    return versions;
  }

  /**
   * Returns the id of a schema, or 0 if it is not known. Schemas are compared as text, because a
   * registry treats schemas that differ only in a doc as different.
   */
  private int idOf(Schema schema) {
    String text = schema.toString();
    for (int i = 0; i < schemas.size(); i++) {
      if (schemas.get(i).toString().equals(text)) {
        return i + 1;
      }
    }
    return 0;
  }

  private static SerializationException unknown(String about, String message) {
    return new UnknownSchemaException(
        String.valueOf(refused(about, message, 40403).getMessage()), about);
  }

  private static SerializationException refused(String about, String message, int code) {
    return new SerializationException(
        "Schema registry refused " + about + ": " + message + " (error code " + code + ")");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.completionworker.serde.registry.HttpRegistry.RefusedException;
import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry for code that manages subjects: which versions exist, what may be added, and adding
 * it. Nothing is cached.
 *
 * <p>Every method throws {@link RegistryUnavailableException} for a fault that may pass, and {@link
 * SerializationException} for a request that the registry refuses.
 */
public final class SubjectRegistry {

  private final HttpRegistry registry;

  private SubjectRegistry(HttpRegistry registry) {
    this.registry = registry;
  }

  /**
   * A version of a subject.
   *
   * @param version number of the version within the subject
   */
  public record Version(int id, int version, Schema schema) {}

  /** The result of a registration. */
  public sealed interface Registration {
    /** The schema is registered. */
    record Done(Version version) implements Registration {}

    /** The registry refuses the schema, in the registry's own words. */
    record Refused(String words) implements Registration {}
  }

  /**
   * Creates a client for the registry of these settings, without a connection to it.
   *
   * @throws ConfigException for settings that are missing, invalid or not supported, and for a
   *     registry in memory, which has no subjects to manage
   */
  public static SubjectRegistry of(Settings settings) {
    RegistrySettings read = RegistrySettings.from(settings);
    if (read.mockScope() != null) {
      throw new ConfigException("schema.registry.url", "mock://", "is in the memory of a process");
    }
    return new SubjectRegistry(
        new HttpRegistry(new RegistryTransport(read, Time.SYSTEM), read.normalize()));
  }

  /** Returns the newest version of a subject; empty if there is none. */
  public Optional<Version> newest(String subject) {
    try {
      return Optional.of(registry.newestVersion(subject));
    } catch (RefusedException e) {
      return absent(e);
    }
  }

  /** Returns the version of a subject with this schema; empty if there is none. */
  public Optional<Version> find(String subject, Schema schema) {
    try {
      return Optional.of(registry.versionOf(subject, schema));
    } catch (RefusedException e) {
      return absent(e);
    }
  }

  /** Returns the registry's objections to this schema as the next version; empty if it fits. */
  public List<String> objections(String subject, Schema schema) {
    try {
      JsonNode answer = registry.compatibility(subject, schema);
      if (answer.path("is_compatible").asBoolean(true)) {
        return List.of();
      }
      List<String> messages = new ArrayList<>();
      answer.path("messages").forEach(message -> messages.add(message.asText()));
      return messages.isEmpty() ? List.of("it is not compatible") : List.copyOf(messages);
    } catch (RefusedException e) {
      return e.notFound() ? List.of() : List.of(e.words()); // a first version always fits
    }
  }

  /** Adds the schema to the subject unless it is there already. */
  public Registration register(String subject, Schema schema) {
    try {
      registry.register(subject, schema, true);
    } catch (RefusedException e) {
      return new Registration.Refused(e.words());
    }
    return new Registration.Done(registry.versionOf(subject, schema));
  }

  private static Optional<Version> absent(RefusedException refused) {
    if (refused.notFound()) {
      return Optional.empty();
    }
    throw refused;
  }
}

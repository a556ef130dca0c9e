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
 * The registry as those see it who look after its subjects: what versions there are, what may be
 * added, and adding it. Asks anew each time.
 *
 * <p>Every method throws {@link RegistryUnavailableException} for what can pass later, and {@link
 * SerializationException} for a question that the registry refuses.
 */
public final class SubjectRegistry {

  private final HttpRegistry registry;

  private SubjectRegistry(HttpRegistry registry) {
    this.registry = registry;
  }

  /**
   * A version of a subject.
   *
   * @param version its number within the subject
   */
  public record Version(int id, int version, Schema schema) {}

  /** What came of a schema that was to be registered. */
  public sealed interface Registration {
    /** It is there now. */
    record Done(Version version) implements Registration {}

    /** The registry does not take it; in its own words. */
    record Refused(String words) implements Registration {}
  }

  /**
   * The registry of these settings. Connects to nothing yet.
   *
   * @throws ConfigException for settings that are missing, wrong or not supported, and for a
   *     registry in memory, which has no subjects to look after
   */
  public static SubjectRegistry of(Settings settings) {
    RegistrySettings read = RegistrySettings.from(settings);
    if (read.mockScope() != null) {
      throw new ConfigException("schema.registry.url", "mock://", "is in the memory of a process");
    }
    return new SubjectRegistry(
        new HttpRegistry(new RegistryTransport(read, Time.SYSTEM), read.normalize()));
  }

  /** The newest version of a subject; empty when there is none. */
  public Optional<Version> newest(String subject) {
    try {
      return Optional.of(registry.newestVersion(subject));
    } catch (RefusedException e) {
      return absent(e);
    }
  }

  /** The version of a subject that has this schema; empty when none has. */
  public Optional<Version> find(String subject, Schema schema) {
    try {
      return Optional.of(registry.versionOf(subject, schema));
    } catch (RefusedException e) {
      return absent(e);
    }
  }

  /** What the registry would say against this schema as the next version; nothing when it fits. */
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
      return e.notFound() ? List.of() : List.of(e.words()); // a first version fits always
    }
  }

  /** Adds the schema to the subject, unless it is there already. */
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
